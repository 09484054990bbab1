import { describe, expect, test } from '@jest/globals';
import { failingOf, type Health, healthOf, isAtLeast, isSteady } from '../../../src/core/healing/health.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { CRASHED, crashing, NOW, type PodGiven, podWith, running, secondsAgo } from './observed.ts';

type Row = { readonly what: string; readonly given: PodGiven; readonly health: Health };

const ended = (exitCode: number): JsonObject => ({
  state: { terminated: { exitCode, finishedAt: secondsAgo(3) } },
});

const rows: readonly Row[] = [
  { what: 'nothing', given: { status: {} }, health: { kind: 'waiting' } },
  {
    what: 'an image that is pulled',
    given: { status: { state: { waiting: { reason: 'ErrImagePull' } } } },
    health: { kind: 'waiting' },
  },
  {
    what: 'a container that runs',
    given: { status: running(30) },
    health: { kind: 'running', ready: true, forMs: 30_000 },
  },
  {
    what: 'one that is not ready',
    given: { status: running(30, false) },
    health: { kind: 'running', ready: false, forMs: 30_000 },
  },
  {
    what: 'one whose startup probe has not passed',
    given: { status: { ...running(30, false), started: false } },
    health: { kind: 'running', ready: false, starting: true, forMs: 30_000 },
  },
  {
    what: 'one whose startup probe has passed',
    given: { status: { ...running(30, false), started: true } },
    health: { kind: 'running', ready: false, forMs: 30_000 },
  },
  { what: 'its first crash', given: { status: ended(1) }, health: { kind: 'crashing', crashes: 1 } },
  { what: 'a crash loop', given: { status: crashing(4) }, health: { kind: 'crashing', crashes: 4 } },
  {
    what: 'a container that cannot be started',
    given: { status: { state: { waiting: { reason: 'RunContainerError' } } } },
    health: { kind: 'crashing', crashes: 1 },
  },
  {
    what: 'one that was started anew a moment ago',
    given: { status: { ...running(5), restartCount: 2, lastState: CRASHED } },
    health: { kind: 'crashing', crashes: 2 },
  },
  {
    what: 'one that has run for a while since it was started anew',
    given: { status: { ...running(61), restartCount: 2, lastState: CRASHED } },
    health: { kind: 'running', ready: true, forMs: 61_000 },
  },
  {
    what: 'the third crash of a pod that has lived for a day',
    given: { status: crashing(3), created: 86_400 },
    health: { kind: 'crashing', crashes: 1 },
  },
  { what: 'a success', given: { status: ended(0) }, health: { kind: 'ended' } },
  {
    what: 'a failed pod of a Job',
    given: { status: ended(2), phase: 'Failed' },
    health: { kind: 'failed', pods: 1 },
  },
];

test.each(rows)('healthOf reads $what', ({ given, health }) => {
  const pod = podWith(given);
  const [container] = pod.containers;
  if (container === undefined) throw new Error('expected a container');
  expect(healthOf(container, pod, NOW)).toEqual(health);
});

describe('failingOf', () => {
  test.each([
    { health: { kind: 'waiting' }, failing: 'not' },
    { health: { kind: 'ended' }, failing: 'not' },
    { health: { kind: 'running', ready: true, forMs: 1 }, failing: 'not' },
    { health: { kind: 'running', ready: false, forMs: 14_999 }, failing: 'not' },
    { health: { kind: 'running', ready: false, forMs: 15_000 }, failing: 'once' },
    { health: { kind: 'running', ready: false, forMs: 60_000 }, failing: 'again' },
    { health: { kind: 'running', ready: false, forMs: 120_000 }, failing: 'for-good' },
    { health: { kind: 'running', ready: false, starting: true, forMs: 600_000 }, failing: 'again' },
    { health: { kind: 'crashing', crashes: 1 }, failing: 'once' },
    { health: { kind: 'crashing', crashes: 2 }, failing: 'again' },
    { health: { kind: 'crashing', crashes: 30 }, failing: 'for-good' },
    { health: { kind: 'failed', pods: 1 }, failing: 'once' },
    { health: { kind: 'failed', pods: 3 }, failing: 'for-good' },
  ] satisfies readonly { health: Health; failing: ReturnType<typeof failingOf> }[])(
    'weighs $health as $failing',
    ({ health, failing }) => {
      expect(failingOf(health)).toBe(failing);
    },
  );

  test('is in an order', () => {
    expect([isAtLeast('again', 'once'), isAtLeast('once', 'again'), isAtLeast('not', 'not')]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

test('isSteady asks for a minute of being ready', () => {
  expect(isSteady({ kind: 'running', ready: true, forMs: 60_000 })).toBe(true);
  expect(isSteady({ kind: 'running', ready: true, forMs: 59_999 })).toBe(false);
  expect(isSteady({ kind: 'running', ready: false, forMs: 600_000 })).toBe(false);
});
