import { describe, expect, test } from '@jest/globals';
import { decide } from '../../src/core/admission/decide.ts';
import { compileCatalog } from '../../src/core/catalog/lookup.ts';
import { readProfile } from '../../src/core/catalog/read-profile.ts';
import { readNamespacePolicy } from '../../src/core/policy/namespace-policy.ts';
import { type DecisionSummary, summarise } from '../../src/http/decision-summary.ts';

const profile = readProfile({
  apiVersion: 'rootlock.dev/v1alpha1',
  kind: 'ClusterWritablePathProfile',
  metadata: { name: 'nginx', generation: 1 },
  spec: { image: { repository: 'nginx' }, paths: [{ path: '/var/cache/nginx' }, { path: '/tmp' }] },
});
if (profile.kind === 'malformed') throw new Error(JSON.stringify(profile.problems));
const world = {
  catalog: compileCatalog([profile.profile], { mirrors: [], namespacedExemptions: true }),
  settings: {
    podAnnotations: true,
    record: true,
    runtime: { imageVolumePaths: 'copied', emptyDirMode: false },
  },
} as const;

function decisionOn(containers: readonly object[], labels: Readonly<Record<string, string>>) {
  const { policy } = readNamespacePolicy(labels);
  return decide(
    {
      pod: { metadata: { name: 'x' }, spec: { containers } },
      namespace: 'n',
      policy,
      policyProblems: [],
      now: 0,
    },
    world,
  );
}

describe('the summary of a decision', () => {
  const NGINX = { name: 'web', image: 'nginx' };
  const OTHER = { name: 'app', image: 'example.com/app' };
  const MODE = 'rootlock.dev/mode';
  const none = { containers: 0, hardened: 0, paths: 0 };

  test.each<{
    what: string;
    containers: readonly object[];
    labels: Readonly<Record<string, string>>;
    summary: DecisionSummary;
  }>([
    {
      what: 'a hardened pod',
      containers: [NGINX],
      labels: { [MODE]: 'enforce' },
      summary: { outcome: 'hardened', reason: '', containers: 1, hardened: 1, paths: 2 },
    },
    {
      what: 'a pod hardened in part',
      containers: [OTHER, NGINX],
      labels: { [MODE]: 'enforce' },
      summary: { outcome: 'hardened', reason: '', containers: 2, hardened: 1, paths: 2 },
    },
    {
      what: 'a pod that audit looks at',
      containers: [NGINX],
      labels: { [MODE]: 'audit' },
      summary: { outcome: 'would-harden', reason: '', containers: 1, hardened: 1, paths: 2 },
    },
    {
      what: 'a pod of unknown images',
      containers: [OTHER],
      labels: { [MODE]: 'enforce' },
      summary: { outcome: 'left-alone', reason: 'unknown-image', containers: 1, hardened: 0, paths: 0 },
    },
    {
      what: 'a namespace that has not opted in',
      containers: [NGINX],
      labels: {},
      summary: { outcome: 'left-alone', reason: 'not-opted-in', ...none },
    },
    {
      what: 'a denied pod',
      containers: [OTHER],
      labels: { [MODE]: 'enforce', 'rootlock.dev/unknown-images': 'deny' },
      summary: { outcome: 'denied', reason: 'unknown-image', ...none },
    },
  ])('of $what', ({ containers, labels, summary }) => {
    expect(summarise(decisionOn(containers, labels))).toEqual(summary);
  });

  test('of a pod that has all it needs is that nothing changes', () => {
    const decision = decisionOn([NGINX], { [MODE]: 'enforce' });
    const done = decision.kind === 'judged' ? { ...decision, operations: [] } : decision;
    expect(summarise(done)).toEqual({
      outcome: 'unchanged',
      reason: '',
      containers: 1,
      hardened: 1,
      paths: 2,
    });
  });
});
