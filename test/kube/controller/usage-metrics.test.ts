import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import type { ContainerUsage, PodUsage } from '../../../src/core/usage/pod-usage.ts';
import { createUsageBook } from '../../../src/kube/controller/usage-book.ts';
import { registerUsageMetrics, setCounts } from '../../../src/kube/controller/usage-metrics.ts';

test('a gauge is asked once for each set of labels, however many things there are', () => {
  const set: Record<string, number> = {};
  let asked = 0;
  const gauge = {
    reset: () => undefined,
    labels: (...labels: string[]) => {
      asked += 1;
      return { set: (count: number) => (set[labels.join(' ')] = count) };
    },
  };
  const things = Array.from({ length: 9_000 }, (_, index) => index);
  setCounts(gauge as never, things, (thing) => (thing % 3 === 2 ? undefined : ['shop', String(thing % 3)]));
  expect(set).toEqual({ 'shop 0': 3_000, 'shop 1': 3_000 });
  expect(asked).toBe(2);
});

function pod(name: string, ...containers: readonly Partial<ContainerUsage>[]): PodUsage {
  const usual = { container: 'main', image: 'app', profiles: [], hardened: true, because: '', missing: [] };
  return {
    key: `shop/${name}`,
    uid: name,
    namespace: 'shop',
    ownerKey: name,
    created: 0,
    containers: containers.map((more) => ({ ...usual, failing: false, ...more })),
  };
}

test('each pod counts once, by what matters most about it', async () => {
  const book = createUsageBook();
  const registry = new Registry();
  registerUsageMetrics(registry, () => book);
  for (const usage of [
    pod('good', {}),
    pod('writable', { reason: 'before-opt-in', hardened: false }, { reason: 'exempt-container' }),
    pod('fails', { failing: true }),
    pod('privileged', {}, { escapes: ['privileged', 'host-path'] }, { escapes: ['host-path'] }),
    pod('mounts', { escapes: ['host-path'] }),
  ]) {
    book.set(usage.key, usage);
  }
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('rootlock_'));
  expect(lines).toEqual([
    'rootlock_pods{namespace="shop",hardened="true",reason=""} 4',
    'rootlock_pods{namespace="shop",hardened="false",reason="before-opt-in"} 1',
    'rootlock_missed_pods{namespace="shop",reason="before-opt-in"} 1',
    'rootlock_failing_pods{namespace="shop",hardened="true"} 1',
    'rootlock_escapable_pods{namespace="shop",finding="privileged"} 1',
    'rootlock_escapable_pods{namespace="shop",finding="host-path"} 1',
  ]);
});
