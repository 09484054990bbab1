import { describe, expect, test } from '@jest/globals';
import {
  type CertificateStep,
  type HeldCertificates,
  nextStep,
  type ServingFacts,
} from '../../../src/core/certificates/plan.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
const NOW = Date.UTC(2026, 5, 1);
const RULES = { names: ['rootlock-webhook.rootlock.svc'], lifetimeMs: 90 * DAY, settleMs: 5 * MINUTE };

/** Made so many days ago, for 90 days. */
function made(daysAgo: number, more: Partial<ServingFacts> = {}): ServingFacts {
  const from = NOW - daysAgo * DAY;
  return { from, until: from + 90 * DAY, names: RULES.names, ...more };
}

const STEADY: HeldCertificates = {
  stored: true,
  serving: made(10),
  next: undefined,
  oldAuthorities: false,
  changed: NOW - 10 * DAY,
};

type Row = {
  readonly when: string;
  readonly held: Partial<HeldCertificates>;
  readonly published?: boolean;
  readonly step: CertificateStep;
};

const keep = (until: number): CertificateStep => ({ kind: 'keep', until });

describe('nextStep', () => {
  test.each<Row>([
    { when: 'nothing is there', held: { stored: false, serving: undefined }, step: { kind: 'start' } },
    { when: 'the Secret is empty', held: { serving: undefined }, step: { kind: 'start' } },
    { when: 'all is well', held: {}, step: keep(NOW + 50 * DAY) },
    { when: 'two thirds are not quite over', held: { serving: made(59) }, step: keep(NOW + DAY) },
    { when: 'two thirds are over', held: { serving: made(60) }, step: { kind: 'announce' } },
    {
      when: 'the Secret is gone, and a replica still has what was in it',
      held: { stored: false },
      step: { kind: 'announce' },
    },
    {
      when: 'the Secret is gone, and what a replica has is too old',
      held: { stored: false, serving: made(90) },
      step: { kind: 'start' },
    },
    {
      when: 'the certificate ended, and renewing has failed until now',
      held: { serving: made(91) },
      step: { kind: 'start' },
    },
    {
      when: 'the certificate ended before the next one was in each caBundle',
      held: { serving: made(90), next: made(20), changed: NOW - 20 * DAY },
      published: false,
      step: { kind: 'switch' },
    },
    {
      when: 'it is for another Service',
      held: { serving: made(1, { names: ['rootlock-webhook.other.svc'] }) },
      step: { kind: 'start' },
    },
    {
      when: 'a clock that was ahead made it, and it is not valid yet',
      held: { serving: made(-2) },
      step: { kind: 'start' },
    },
    {
      when: 'a clock that was ahead made the next one',
      held: { serving: made(60), next: made(-2) },
      step: { kind: 'announce' },
    },
    {
      when: 'it was made under settings that gave it ten years',
      held: { serving: made(10, { until: NOW + 3650 * DAY }) },
      step: { kind: 'announce' },
    },
    {
      when: 'the next one was announced a minute ago',
      held: { serving: made(60), next: made(0), changed: NOW - MINUTE },
      step: keep(NOW + 4 * MINUTE),
    },
    {
      when: 'the next one was announced, but is not in each caBundle',
      held: { serving: made(61), next: made(1), changed: NOW - DAY },
      published: false,
      step: keep(NOW - DAY + 5 * MINUTE),
    },
    {
      when: 'the next one has settled',
      held: { serving: made(60), next: made(0), changed: NOW - 5 * MINUTE },
      step: { kind: 'switch' },
    },
    {
      when: 'the next one was announced by a clock that was ahead',
      held: { serving: made(60), next: made(0), changed: NOW + DAY },
      step: { kind: 'switch' },
    },
    {
      when: 'it has just been switched to',
      held: { serving: made(0), oldAuthorities: true, changed: NOW - MINUTE },
      step: keep(NOW + 4 * MINUTE),
    },
    {
      when: 'the old authority has settled',
      held: { serving: made(0), oldAuthorities: true, changed: NOW - 5 * MINUTE },
      step: { kind: 'forget' },
    },
    {
      when: 'nobody knows when an old authority was left behind',
      held: { oldAuthorities: true, changed: 0 },
      step: { kind: 'forget' },
    },
  ])('when $when: $step.kind', ({ held, published = true, step }) => {
    expect(nextStep({ ...STEADY, ...held }, RULES, { now: NOW, published })).toEqual(step);
  });

  test('a life is one round of announce, switch and forget, without a moment in which nothing is served', () => {
    let held: HeldCertificates = { ...STEADY, serving: undefined, stored: false };
    const steps: string[] = [];
    for (let now = NOW; now < NOW + 130 * DAY; now += MINUTE) {
      const { kind } = nextStep(held, RULES, { now, published: true });
      if (kind === 'keep') continue;
      steps.push(kind);
      held = after(kind, held, now);
      expect(held.serving && held.serving.until > now).toBe(true);
    }
    expect(steps).toEqual(['start', 'announce', 'switch', 'forget', 'announce', 'switch', 'forget']);
  });
});

/** What the Secret holds once a step is taken. */
function after(
  step: Exclude<CertificateStep['kind'], 'keep'>,
  held: HeldCertificates,
  now: number,
): HeldCertificates {
  const fresh = { from: now, until: now + RULES.lifetimeMs, names: RULES.names };
  const stored = { ...held, stored: true, changed: now };
  switch (step) {
    case 'start':
      return { ...stored, serving: fresh };
    case 'announce':
      return { ...stored, next: fresh };
    case 'switch':
      return { ...stored, serving: held.next, next: undefined, oldAuthorities: true };
    case 'forget':
      return { ...stored, oldAuthorities: false };
  }
}
