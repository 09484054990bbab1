import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { STEP_BACK_CAUSES } from '../../../src/core/healing/step-back.ts';
import { healMetrics } from '../../../src/kube/heal/metrics.ts';

/** A counter that begins with 1 has not increased for Prometheus, and the alert on the first step back stays silent. */
test('every counter of the healer is there from the start, at 0', async () => {
  const registry = new Registry();
  healMetrics(registry);
  const text = await registry.metrics();
  const labels = [
    ...['learned', 'proposed', 'healed', 'exonerated', 'not-healed'].map(
      (outcome) => `rootlock_heals_total{outcome="${outcome}",cause=""} 0`,
    ),
    ...Object.keys(STEP_BACK_CAUSES).map(
      (cause) => `rootlock_heals_total{outcome="stepped-back",cause="${cause}"} 0`,
    ),
    ...['read', 'none', 'postponed'].map((outcome) => `rootlock_log_reads_total{outcome="${outcome}"} 0`),
    ...['evicted', 'refused', 'gone'].map(
      (outcome) => `rootlock_replaced_pods_total{outcome="${outcome}"} 0`,
    ),
    ...['write', 'root-level-file', 'pathless', 'mount-trouble', 'not-about-root'].map(
      (kind) => `rootlock_evidence_total{kind="${kind}"} 0`,
    ),
  ];
  expect(text.split('\n').filter((line) => line.endsWith(' 0'))).toEqual(expect.arrayContaining(labels));
});

test('each term counts on where the one before has ended', async () => {
  const registry = new Registry();
  healMetrics(registry).healing({ kind: 'stepped-back', cause: 'no-path' });
  healMetrics(registry).healing({ kind: 'stepped-back', cause: 'no-path' });
  expect(await registry.metrics()).toContain(
    'rootlock_heals_total{outcome="stepped-back",cause="no-path"} 2',
  );
});
