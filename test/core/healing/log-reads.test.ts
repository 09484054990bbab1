import { describe, expect, test } from '@jest/globals';
import { inOrderOfUrgency, readInMs, runKey, runsOf } from '../../../src/core/healing/log-reads.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { CRASHED, crashing, NOW, podWith, running } from './observed.ts';

function runs(status: JsonObject, name = 'app-1') {
  const pod = podWith({ name, status });
  return pod.containers.flatMap((container) => runsOf(pod, container));
}

describe('runsOf', () => {
  test.each([
    { what: 'a container that has not started', status: {}, want: [] },
    { what: 'the first run', status: running(5), want: [{ number: 0, previous: false, ended: false }] },
    {
      what: 'a run and the one before',
      status: { ...running(5), restartCount: 3, lastState: CRASHED },
      want: [
        { number: 2, previous: true, ended: true },
        { number: 3, previous: false, ended: false },
      ],
    },
    {
      what: 'the last two runs of a crash loop',
      status: crashing(3),
      want: [
        { number: 1, previous: true, ended: true },
        { number: 2, previous: false, ended: true },
      ],
    },
  ])('finds $what', ({ status, want }) => {
    expect(runs(status).map(({ number, previous, ended }) => ({ number, previous, ended }))).toEqual(want);
  });

  test('has a key for each run', () => {
    expect(runs(crashing(3)).map(runKey)).toEqual(['uid-app-1/main/1', 'uid-app-1/main/2']);
  });
});

describe('readInMs', () => {
  const [run] = runs(running(20));
  const [ended] = runs(crashing(1));
  if (run === undefined || ended === undefined) throw new Error('expected runs');

  test.each([
    { what: 'one that was not read yet at once', of: run, last: undefined, want: 0 },
    { what: 'one that was read early at once', of: run, last: 5_000, want: 0 },
    { what: 'one that was just read at its next age', of: run, last: 13_000, want: 10_000 },
    { what: 'one that was read late much later', of: run, last: 900_000, want: 2_080_000 },
    { what: 'an ended one at once', of: ended, last: undefined, want: 0 },
    { what: 'an ended one that was read while it ran once more', of: ended, last: 13_000, want: 0 },
    {
      what: 'an ended one never again',
      of: ended,
      last: Number.POSITIVE_INFINITY,
      want: Number.POSITIVE_INFINITY,
    },
  ])('reads $what', ({ of, last, want }) => {
    expect(readInMs(of, last, NOW)).toBe(want);
  });
});

test('inOrderOfUrgency takes failing containers first, then those that are not ready, then the newest', () => {
  const all = [
    ...runs(running(500), 'old'),
    ...runs(running(10), 'new'),
    ...runs(running(300, false), 'unready'),
    ...runs(crashing(1), 'failing'),
  ];
  expect(inOrderOfUrgency(all, NOW).map(({ pod }) => pod.name)).toEqual(['failing', 'unready', 'new', 'old']);
});
