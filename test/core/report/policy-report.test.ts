import { describe, expect, test } from '@jest/globals';
import { isArray, isObject, type JsonObject } from '../../../src/core/json.ts';
import { REPORT_KINDS, reportFor } from '../../../src/core/report/policy-report.ts';
import type { ContainerUsage, PodUsage } from '../../../src/core/usage/pod-usage.ts';

function usage(name: string, ...containers: readonly Partial<ContainerUsage>[]): PodUsage {
  const full = containers.map(
    (more): ContainerUsage => ({
      container: 'app',
      image: 'app:1',
      profiles: [],
      hardened: true,
      because: '',
      missing: [],
      failing: false,
      ...more,
    }),
  );
  return {
    key: `shop/${name}`,
    uid: `uid-${name}`,
    namespace: 'shop',
    ownerKey: '',
    created: 0,
    containers: full,
  };
}

const USAGES = [
  usage('good', {}),
  usage('missed', { hardened: false, reason: 'before-opt-in', missing: ['/data'] }),
  usage('exempt', { hardened: false, reason: 'exempt-pod' }),
  usage('unknown', { hardened: false, reason: 'unknown-image', because: 'app' }, { container: 'good' }),
  usage('failing', { failing: true }),
  usage('escapable', { escapes: ['privileged', 'host-path'] }),
];

function results(report: JsonObject): readonly JsonObject[] {
  return isArray(report.results) ? report.results.filter(isObject) : [];
}

describe.each(REPORT_KINDS)('a $kind', (kind) => {
  const report = reportFor('shop', USAGES, kind);

  test('has one result for each container that is not as it should be, the most urgent first', () => {
    expect(results(report).map(({ result, rule }) => [result, rule])).toEqual([
      ['error', 'failing'],
      ['fail', 'before-opt-in'],
      ['warn', 'escapable'],
      ['warn', 'unknown-image'],
      ['skip', 'exempt-pod'],
      ['pass', 'hardened'],
    ]);
    expect(report).toMatchObject({
      apiVersion: kind.apiVersion,
      kind: kind.kind,
      metadata: { name: 'rootlock', namespace: 'shop' },
      summary: { error: 1, fail: 1, warn: 2, skip: 1, pass: 1 },
    });
    expect(results(report)[1]).toMatchObject({
      message:
        'app: the pod was made before the namespace opted in; made now, it would be hardened, with volumes at /data',
      resources: [{ kind: 'Pod', namespace: 'shop', name: 'missed', uid: 'uid-missed' }],
    });
  });

  test('is the same whatever the order of the pods', () => {
    expect(reportFor('shop', USAGES.toReversed(), kind)).toEqual(report);
  });

  test('stays within what the API server takes, and counts all', () => {
    const many = Array.from({ length: 3_000 }, (_, index) => usage(`pod-${index}`, {}));
    const large = reportFor('shop', many, kind);
    expect(results(large)).toHaveLength(1_000);
    expect(large.summary).toMatchObject({ pass: 3_000 });
    expect(JSON.stringify(large).length).toBeLessThan(1_000_000);
  });
});
