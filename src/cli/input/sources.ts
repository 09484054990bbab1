import { basename, relative, sep } from 'node:path';
import type { Progress } from '../progress.ts';
import type { Files, Surroundings } from '../surroundings.ts';
import { UsageError } from '../usage-error.ts';
import type { Problem } from '../yaml/problem.ts';
import type { Source } from '../yaml/source.ts';

export type ReadSources = {
  readonly sources: readonly Source[];
  /** Files that are there, and cannot be read. */
  readonly problems: readonly Problem[];
};

type SourceInput = Pick<Surroundings, 'stdin' | 'files'> & {
  /** What `-f` was given: files, folders, `-` for stdin. */
  readonly paths: readonly string[];
  /** A folder below an input folder that is not read: the output of an earlier run. */
  readonly except?: string;
  readonly progress: Progress;
};

/** Reads what `-f` names, each file once, in the order given. A path that does not exist is a wrong command line. */
export async function readSources(input: SourceInput): Promise<ReadSources> {
  const places = placesOf(input);
  const sources: Source[] = [];
  const problems: Problem[] = [];
  for (const [index, place] of places.entries()) {
    input.progress.at(index, places.length, `reading ${place.name}`);
    const text = decode(await read(place, input));
    if (place.path === undefined && text.kind === 'text' && text.text.trim() === '') throw NOTHING_CAME;
    if (text.kind === 'text') sources.push({ ...place, text: text.text });
    else problems.push({ source: place.name, ...text, excerpt: [] });
  }
  return { sources, problems };
}

/** What fails before us in a pipe must not pass for manifests in which all is well. */
const NOTHING_CAME = new UsageError(
  'nothing came in on stdin: see what the program before rootlock says, or name files with -f',
);

type Place = Omit<Source, 'text'>;

const MANIFEST = /\.(?:ya?ml|json)$/;

function placesOf({ paths, files, except }: SourceInput): Place[] {
  const seen = new Set<string>();
  return paths.flatMap((given) => {
    const places = placesAt(given, files, except).map((place) => ({
      place,
      identity: identityOf(place, files),
    }));
    const fresh = places.filter(({ identity }) => !seen.has(identity));
    for (const { identity } of places) seen.add(identity);
    // A copy of a tree has the links of the tree as files of their own.
    const once =
      except === undefined ? [...new Map(fresh.map((each) => [each.identity, each])).values()] : fresh;
    return once.map(({ place }) => place);
  });
}

function identityOf({ path }: Place, files: Files): string {
  return path === undefined ? '-' : files.identity(path);
}

function placesAt(path: string, files: Files, except: string | undefined): Place[] {
  if (path === '-') return [{ name: '<stdin>', relative: 'stdin.yaml' }];
  switch (files.kindOf(path)) {
    case 'nothing':
      throw new UsageError(`there is no file or folder ${path}`);
    case 'file':
      return [{ name: path, path, relative: basename(path) }];
    case 'folder':
      return manifestsIn(path, files)
        .filter((file) => !isExcepted(file, path, files, except))
        .map((file) => ({ name: file, found: true, path: file, relative: relative(path, file) }));
  }
}

/** None at all is a wrong folder, which must not pass for one in which all is well. */
function manifestsIn(folder: string, files: Files): readonly string[] {
  const found = files.list(folder).filter((file) => MANIFEST.test(file));
  if (found.length === 0) throw new UsageError(`there is no *.yaml, *.yml or *.json file in ${folder}`);
  return found;
}

/** Below a folder that is itself below the input folder. */
function isExcepted(file: string, folder: string, files: Files, except: string | undefined): boolean {
  if (except === undefined) return false;
  const excepted = files.identity(except);
  return (
    excepted.startsWith(`${files.identity(folder)}${sep}`) &&
    files.identity(file).startsWith(`${excepted}${sep}`)
  );
}

type Bytes = { readonly kind: 'bytes'; readonly bytes: Uint8Array } | Unreadable;
type Unreadable = { readonly kind: 'unreadable'; readonly message: string; readonly advice: string };

/** A YAML document with its comments takes some hundred times its size in memory. */
const MAX_BYTES = 16 * 1024 * 1024;

async function read({ path }: Place, { stdin, files }: SourceInput): Promise<Bytes> {
  try {
    const bytes = path === undefined ? await stdin.read() : await files.read(path);
    return bytes.length > MAX_BYTES ? TOO_LARGE : { kind: 'bytes', bytes };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'unreadable', message: `cannot be read: ${message}`, advice: 'check its permissions' };
  }
}

const TOO_LARGE: Unreadable = {
  kind: 'unreadable',
  message: `is larger than ${MAX_BYTES / 1024 / 1024} MiB`,
  advice: 'split it into several files; for what runs in a cluster there is `rootlock scan`',
};

function decode(read: Bytes): { readonly kind: 'text'; readonly text: string } | Unreadable {
  if (read.kind === 'unreadable') return read;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(read.bytes);
    return { kind: 'text', text };
  } catch {
    return {
      kind: 'unreadable',
      message: 'is not UTF-8 text',
      advice: 'save it as UTF-8 (PowerShell: Out-File -Encoding utf8)',
    };
  }
}
