import { type ContainerPath, parseContainerPath } from '../container-path.ts';
import { directoryFor } from './directory-for.ts';
import { type ErofsSighting, erofsSightings } from './erofs-sightings.ts';
import type { Evidence, FailingCall, Sighting, Strength } from './evidence.ts';
import { findings } from './findings.ts';
import { OTHER_REASON } from './inferred-patterns.ts';
import { inferredWrite } from './inferred-write.ts';
import { type LogLine, logLines } from './log-lines.ts';
import { mountTrouble } from './mount-trouble.ts';
import { type NamedPath, namedPath } from './named-path.ts';
import { nearbyPath } from './nearby-path.ts';
import { outsideRoot } from './not-about-root.ts';
import { FAILING, notAnError } from './not-an-error.ts';
import { places, USUAL_PLACES } from './places.ts';
import { rootFileAdvice } from './root-file-advice.ts';
import { sampleOf } from './sample.ts';
import { callOfTraceback } from './traceback.ts';

/** What is known of the container that logged. */
export type LogContext = {
  /** The pod's workingDir, else the image's: relative paths are resolved against it. */
  readonly workingDir?: ContainerPath;
  /** The container's variables; HOME and TMPDIR are read. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where the pod's own volumes are mounted: what fails there is not about the root file system. */
  readonly mounts?: readonly ContainerPath[];
};

/**
 * What a container's log tells about its read-only root, in the order of the log, each thing once and at
 * most 256 things. Never throws; the time is linear in the length of the text.
 *
 * The knowledge is in tables: how EROFS is said (erofs-patterns, erofs-translations) and when that is no
 * failure (not-an-error); where the path stands (path-slots, else path-clues); what a read-only root causes
 * that does not say so (inferred-patterns); what a volume of ours breaks (trouble-patterns).
 */
export function readLog(text: string, context: LogContext = {}): Evidence[] {
  const lines = logLines(text);
  const found = findings();
  for (const [index, line] of lines.entries()) {
    for (const excerpt of excerptsOf(line.text)) {
      for (const evidence of readExcerpt({ ...excerpt, lines, index, context }))
        found.add({ evidence, index });
    }
  }
  return found.evidence();
}

/** Lines beyond this are cut around the words for EROFS. */
const LONGEST = 8192;
const REACH = 2048;

function excerptsOf(text: string): Pick<Excerpt, 'text' | 'sightings'>[] {
  const sightings = erofsSightings(text);
  if (text.length <= LONGEST) return [{ text, sightings }];
  return sightings.map((sighting) => {
    const from = Math.max(0, sighting.start - REACH);
    const within = { ...sighting, start: sighting.start - from, end: sighting.end - from };
    return { text: text.slice(from, sighting.end + REACH), sightings: [within] };
  });
}

type Excerpt = {
  readonly text: string;
  readonly sightings: readonly ErofsSighting[];
  readonly lines: readonly LogLine[];
  readonly index: number;
  readonly context: LogContext;
};

function readExcerpt(excerpt: Excerpt): Evidence[] {
  const { sightings } = excerpt;
  if (sightings.length === 0) return readOtherError(excerpt);
  return oncePerPath(sightings.flatMap((sighting) => readErofs(excerpt, sighting)));
}

/** A line says EROFS twice of one path: `Read-only file system @ rb_sysopen - /x (Errno::EROFS)`. */
function oncePerPath(evidence: readonly Evidence[]): Evidence[] {
  const isRepeat = (one: Evidence, at: number) =>
    'path' in one && evidence.findIndex((other) => 'path' in other && other.path === one.path) < at;
  return evidence.filter((one, at) => !isRepeat(one, at));
}

function readErofs({ text, lines, index, context }: Excerpt, sighting: ErofsSighting): Evidence[] {
  if (notAnError(text, sighting.start) !== undefined) return [];
  const { pattern, start } = sighting;
  const line = sampleOf(text, start);
  if (pattern.implies !== undefined) {
    return [{ kind: 'pathless', candidates: places(pattern.implies, context), shape: pattern.name, line }];
  }
  const named = namedPath(text, sighting, surroundings(context));
  if (named?.kind === 'unresolved') {
    return [{ kind: 'pathless', candidates: [], relative: named.relative, shape: named.shape, line }];
  }
  const isSure = named !== undefined && !(isNear(named.shape) && named.call === 'unknown');
  if (!isSure && !tellsFailure(text, sighting, named === undefined ? BESIDE_WORDS : text.length)) return [];
  const found = named === undefined ? nearbyPath(lines, index) : callFound(named, lines, index);
  if (found !== undefined) return [judged({ ...found, line }, context)];
  return [{ kind: 'pathless', candidates: places(USUAL_PLACES, context), shape: pattern.name, line }];
}

function callFound(named: NamedPath & { kind: 'path' }, lines: readonly LogLine[], index: number) {
  const call = named.call === 'unknown' ? callOfTraceback(lines, index) : named.call;
  return { ...named, call, strength: 'named' as const };
}

/** Found by its nearness alone, not by the grammar of the message. */
function isNear(shape: string): boolean {
  return shape === 'path-before' || shape === 'path-after';
}

/**
 * `Features: overlay, read-only file system` tells no failure; words of failure do, and so does standing as a
 * reason. Where no path is told, the words must stand beside.
 */
function tellsFailure(text: string, { start, end }: ErofsSighting, reach: number): boolean {
  const before = text.slice(Math.max(0, start - reach), start);
  const after = text.slice(end, end + reach).replace(/[.!?] .*$/s, '');
  return IS_REASON.test(before) || FAILING.test(`${before} ${after}`);
}

const BESIDE_WORDS = 64;
const IS_REASON =
  /[\t:[\-"'>»|]\s*$|^\s*$|[\w)]\)\s?\($|\.\w+ \($|\/\S+\s\(?$|\b(?:due to|because(?: of)?|reason)\s*$/i;

function readOtherError({ text, lines, index, context }: Excerpt): Evidence[] {
  const line = sampleOf(text, 0);
  const evidence: Evidence[] = [];
  const trouble = mountTrouble(text);
  if (trouble !== undefined) evidence.push({ kind: 'mount-trouble', ...trouble, line });
  const write = inferredWrite(text);
  if (write?.kind === 'places') {
    evidence.push({ kind: 'pathless', candidates: places(write.places, context), shape: write.shape, line });
  }
  if (write?.kind === 'path' && !hasOtherReason(write.path, lines, index)) {
    const judgement = judged({ ...write, strength: 'inferred', line }, context);
    if (judgement.kind !== 'not-about-root') evidence.push(judgement);
  }
  return evidence;
}

/** `touch: cannot touch '/x': Permission denied`, and in the next line `Can not write to /x.` */
function hasOtherReason(path: ContainerPath, lines: readonly LogLine[], index: number): boolean {
  const around = lines.slice(Math.max(0, index - LINES_BESIDE), index + LINES_BESIDE + 1);
  return around.some(({ text }) => {
    const near = text.slice(0, LONGEST);
    return near.includes(path) && OTHER_REASON.test(near) && erofsSightings(near).length === 0;
  });
}

const LINES_BESIDE = 3;

type Failure = Sighting & {
  readonly path: ContainerPath;
  readonly call: FailingCall;
  readonly strength: Strength;
};

function judged({ path, call, strength, shape, line }: Failure, { mounts = [] }: LogContext): Evidence {
  const sighting = { path, shape, line };
  const because = outsideRoot(path, mounts);
  if (because !== undefined) return { kind: 'not-about-root', because, ...sighting };
  const directory = directoryFor({ path, call, strength });
  if (directory === '/') {
    return { kind: 'root-level-file', strength, advice: rootFileAdvice(path), ...sighting };
  }
  return { kind: 'write', directory, call, strength, ...sighting };
}

function surroundings({ workingDir, env }: LogContext) {
  const home = parseContainerPath(env?.HOME ?? '');
  return { ...(workingDir && { workingDir }), ...(home && { home }) };
}
