import { isRegistry, isRepositoryPath, namesRegistry } from './grammar.ts';
import { KNOWN_MIRRORS } from './known-mirrors.ts';
import { canonicalName } from './reference.ts';
import { REPUBLISHED_IMAGES } from './republished.ts';

/** Images below `prefix` are the images below `target`: `mirror.gcr.io` -> `docker.io`. */
export type Mirror = { readonly prefix: string; readonly target: string };

/** Other names of a repository: what it mirrors, then what its publisher calls it as well. */
export type OtherNames = (repository: string) => readonly string[];

/**
 * The known mirrors and the installation's own, which win where both have a prefix; one that maps a prefix
 * to itself switches a known mirror off. Prefixes end at a `/` and the longest one wins. What comes out is looked
 * up once among the images that are published under several names, and never again among the mirrors, so names
 * cannot go round in circles.
 */
export function compileMirrors(own: readonly Mirror[]): OtherNames {
  const switchedOff = own.filter(({ prefix, target }) => prefix === target).map(({ prefix }) => prefix);
  const mirrors = indexPrefixes([...KNOWN_MIRRORS, ...own]);
  const republished = indexPrefixes(REPUBLISHED_IMAGES.filter(({ prefix }) => !switchedOff.includes(prefix)));
  return (repository) => {
    const mirrored = mapped(repository, mirrors);
    const known = mapped(mirrored ?? repository, republished);
    return [mirrored, known].filter((name) => name !== undefined);
  };
}

function indexPrefixes(mirrors: readonly Mirror[]): ReadonlyMap<string, string> {
  return new Map(mirrors.map(({ prefix, target }) => [prefix, target]));
}

function mapped(repository: string, targets: ReadonlyMap<string, string>): string | undefined {
  for (let end = repository.length; end > 0; end = repository.lastIndexOf('/', end - 1)) {
    const target = targets.get(repository.slice(0, end));
    if (target === undefined) continue;
    const name = withOfficialImages(target + repository.slice(end));
    return name === repository ? undefined : name;
  }
  return undefined;
}

export type ParsedMirror =
  | { readonly kind: 'mirror'; readonly mirror: Mirror }
  | { readonly kind: 'malformed'; readonly problem: string };

/** Parses `registry.example.com/hub=docker.io`. */
export function parseMirror(text: string): ParsedMirror {
  const [prefix, target, ...more] = text.split('=');
  if (prefix === undefined || target === undefined || more.length > 0) {
    return malformed(text, 'write PREFIX=TARGET, such as registry.example.com/hub=docker.io');
  }
  for (const side of [prefix, target]) {
    const problem = sideProblem(side);
    if (problem !== undefined) return malformed(text, problem);
  }
  return { kind: 'mirror', mirror: { prefix: canonicalPrefix(prefix), target: canonicalPrefix(target) } };
}

function malformed(text: string, problem: string): ParsedMirror {
  return { kind: 'malformed', problem: `${JSON.stringify(text)} is not a mirror: ${problem}` };
}

function sideProblem(side: string): string | undefined {
  const { host, path } = splitHost(side);
  if (side.includes('://')) return `leave out the scheme of ${side}`;
  if (!namesRegistry(host) || !isRegistry(host)) {
    return `"${side}" has to start with a registry's host name, such as docker.io or localhost:5000`;
  }
  if (path !== undefined && !isRepositoryPath(path)) {
    return `"${side}" has to name a registry and, after it, whole parts of a repository, without a '/' at its end`;
  }
  return undefined;
}

function canonicalPrefix(side: string): string {
  const { host, path } = splitHost(side);
  const { registry } = canonicalName(host, '');
  return path === undefined ? registry : `${registry}/${path}`;
}

function splitHost(side: string): { readonly host: string; readonly path: string | undefined } {
  const slash = side.indexOf('/');
  if (slash < 0) return { host: side, path: undefined };
  return { host: side.slice(0, slash), path: side.slice(slash + 1) };
}

/** `docker.io/nginx` is `docker.io/library/nginx`. */
function withOfficialImages(repository: string): string {
  const { host, path } = splitHost(repository);
  if (path === undefined) return repository;
  const name = canonicalName(host, path);
  return `${name.registry}/${name.path}`;
}
