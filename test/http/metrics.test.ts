import { describe, expect, test } from '@jest/globals';
import { DENY_REASONS, SKIP_REASONS } from '../../src/core/admission/decision.ts';
import { OUTCOMES } from '../../src/http/decision-summary.ts';
import { type Answered, createWebhookMetrics, FAILURES, registerGauges } from '../../src/http/metrics.ts';
import { REFUSALS } from '../../src/http/refusal.ts';

const ANSWERED: Answered = {
  route: 'mutate',
  summary: { outcome: 'hardened', reason: '', containers: 2, hardened: 2, paths: 3 },
  seconds: 0.0004,
  requestBytes: 12_000,
  patchBytes: 900,
};

const create = () => createWebhookMetrics({ catalogSize: () => 305 });

describe('the metrics', () => {
  test('count answers, however many, by the time they are read', async () => {
    const metrics = create();
    for (let count = 0; count < 300; count++) metrics.answered(ANSWERED);
    metrics.answered({ ...ANSWERED, patchBytes: 0 });
    const text = await metrics.text();
    expect(text).toContain(
      'rootlock_admission_decisions_total{route="mutate",outcome="hardened",reason=""} 301',
    );
    expect(text).toContain('rootlock_admission_duration_seconds_bucket{le="0.00025",route="mutate"} 0');
    expect(text).toContain('rootlock_admission_duration_seconds_bucket{le="0.0005",route="mutate"} 301');
    expect(text).toContain('rootlock_admission_request_bytes_count 301');
    expect(text).toContain('rootlock_admission_patch_bytes_count 300');
    expect(await metrics.text()).toBe(text);
  });

  test('have every known label from the start, at 0', async () => {
    const text = await create().text();
    const labels = [
      ...Object.keys(REFUSALS).map((refusal) => `{refusal="${refusal}"} 0`),
      ...Object.keys(FAILURES).map((kind) => `{kind="${kind}"} 0`),
      ...Object.keys(SKIP_REASONS).map((reason) => `outcome="left-alone",reason="${reason}"} 0`),
      ...Object.keys(DENY_REASONS).map((reason) => `outcome="denied",reason="${reason}"} 0`),
      ...Object.keys(OUTCOMES).map((outcome) => `outcome="${outcome}",`),
    ];
    for (const label of labels) expect(text).toContain(label);
  });

  test('follow the naming conventions of Prometheus', async () => {
    const metrics = create();
    const all = await metrics.registry.getMetricsAsJSON();
    for (const { name, type, help } of all) {
      expect(name).toMatch(/^rootlock_[a-z_]+$/);
      expect(help).toMatch(/^[A-Z].*\.$/);
      const counter = String(type) === 'counter';
      expect([name, name.endsWith('_total')]).toEqual([name, counter]);
    }
  });

  test('share nothing between two servers', async () => {
    const [one, other] = [create(), create()];
    one.shed('bytes');
    expect(await one.text()).toContain('rootlock_admission_shed_total{limit="bytes"} 1');
    expect(await other.text()).toContain('rootlock_admission_shed_total{limit="bytes"} 0');
  });

  test('take gauges that are read when somebody asks', async () => {
    const metrics = create();
    let value = 1;
    registerGauges(metrics.registry, [{ name: 'rootlock_x', help: 'X.', read: () => value }]);
    value = 2;
    expect(await metrics.text()).toContain('rootlock_x 2\n');
    expect(await metrics.text()).toContain('rootlock_catalog_profiles 305\n');
  });
});
