import { type Answer, createAnswer } from '../src/http/answer.ts';
import type { RepeatedPods } from '../src/http/repeated-pods.ts';
import { silentLog } from '../test/support/silent-log.ts';
import { NAMESPACE } from './review.ts';
import { admitIn, worldOf } from './world.ts';

/** Microseconds, in this process: no HTTP. */
export type EngineCost = {
  /** JSON.parse alone. */
  readonly parse: number;
  /** What an answer takes more than that, though it is made from less of the text. */
  readonly engine: number;
};

const ROUNDS = 9;

export function engineCost(body: Buffer, profiles: number, milliseconds: number): EngineCost {
  const answer = createAnswer({
    admit: admitIn(worldOf(profiles)),
    repeated: NONE_REPEATED,
    onError: 'admit',
    log: silentLog,
    failed: () => {},
  });
  const parse = () => JSON.parse(body.toString());
  const whole = () => textOf(answer(body, 'mutate'));
  const [parsing = Number.NaN, all = Number.NaN] = medians([parse, whole], milliseconds);
  return { parse: parsing, engine: all - parsing };
}

const NONE_REPEATED: RepeatedPods = {
  shapeOf: () => undefined,
  recall: () => undefined,
  remember: () => {},
};

function textOf(answer: Answer | Promise<Answer>): string {
  if (answer instanceof Promise || answer.kind !== 'review')
    throw new Error('the review was not answered at once');
  return answer.text;
}

/** Microseconds for a lookup: of images seen before, and of images never seen. */
export type LookupCost = { readonly known: number; readonly unseen: number };

export function lookupCost(profiles: number, milliseconds: number): LookupCost {
  const { catalog } = worldOf(profiles);
  let unseen = 0;
  const [known = Number.NaN, cold = Number.NaN] = medians(
    [
      () => catalog.lookup(image('docker.io/library/nginx', '1.27.3'), NAMESPACE, 0),
      () => catalog.lookup(image('docker.io/library/nginx', `1.27.${unseen++}`), NAMESPACE, 0),
    ],
    milliseconds,
  );
  return { known, unseen: cold };
}

function image(repository: string, tag: string) {
  return { registry: 'docker.io', repository, tag };
}

/** The median round of each, round by round in turn, so that a busy moment of the machine meets all of them. */
function medians(works: readonly (() => unknown)[], milliseconds: number): readonly number[] {
  const slice = milliseconds / works.length / (ROUNDS + 1);
  const rounds = works.map((): number[] => []);
  for (const work of works) timed(work, slice);
  for (let round = 0; round < ROUNDS; round++) {
    works.forEach((work, index) => {
      rounds[index]?.push(timed(work, slice));
    });
  }
  return rounds.map((round) => median(round));
}

/** Microseconds of CPU a call: unlike the time on the clock, other processes on the machine do not count. */
function timed(work: () => unknown, milliseconds: number): number {
  const end = performance.now() + milliseconds;
  const before = process.threadCpuUsage();
  let calls = 0;
  while (performance.now() < end) {
    for (let call = 0; call < 20; call++) work();
    calls += 20;
  }
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / calls;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
