import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import jsonPatch from 'fast-json-patch';
import { decide } from '../../../src/core/admission/decide.ts';
import type { Decision } from '../../../src/core/admission/decision.ts';
import { warningsFor } from '../../../src/core/admission/warnings.ts';
import type { AdmissionSettings, World } from '../../../src/core/admission/world.ts';
import { compileCatalog } from '../../../src/core/catalog/lookup.ts';
import { readProfile } from '../../../src/core/catalog/read-profile.ts';
import { readNamespacePolicy } from '../../../src/core/policy/namespace-policy.ts';
import { deepFreeze } from '../../support/deep-freeze.ts';

/**
 * One folder a case: pod.json; given.json where it differs from an enforcing namespace (its labels, the profiles, the
 * settings); and want.json: what is decided, written by UPDATE_GOLDEN=1 and reviewed like code.
 */
const CASES = join(import.meta.dirname, 'cases');

type Given = {
  readonly why: string;
  readonly labels?: Record<string, string>;
  readonly profiles?: readonly { readonly metadata: { readonly name: string }; readonly spec: unknown }[];
  readonly settings?: Partial<AdmissionSettings>;
  readonly now?: string;
};

describe('decide', () => {
  test.each(readdirSync(CASES).map((name) => ({ name, ...givenOf(name) })))(
    '$name: $why',
    ({ name, ...given }) => {
      const pod = deepFreeze(jsonAt(name, 'pod.json'));
      const world = worldOf(given);
      const read = readNamespacePolicy({ 'rootlock.dev/mode': 'enforce', ...given.labels });
      const request = {
        namespace: 'shop',
        policy: read.policy,
        policyProblems: read.problems,
        now: Date.parse(given.now ?? '2026-01-01T00:00:00Z'),
      };
      const decision = decide({ ...request, pod }, world);
      const got = summaryOf(decision, pod);
      if (process.env.UPDATE_GOLDEN && !process.env.CI) {
        writeFileSync(join(CASES, name, 'want.json'), `${JSON.stringify(got, null, 2)}\n`);
      }
      expect(got).toEqual(jsonAt(name, 'want.json'));

      if (decision.kind !== 'judged') return;
      const again = decide({ ...request, pod: patched(pod, decision) }, world);
      expect(again.kind === 'judged' && again.operations).toEqual([]);
    },
  );
});

function worldOf({ profiles = [NGINX], settings }: Given): World {
  const read = profiles.map(({ metadata, spec }) =>
    readProfile({
      apiVersion: 'rootlock.dev/v1alpha1',
      kind: 'ClusterWritablePathProfile',
      metadata: { generation: 1, ...metadata },
      spec,
    }),
  );
  return {
    catalog: compileCatalog(
      read.map((each) => {
        if (each.kind === 'malformed')
          throw new Error(`a profile of the case: ${JSON.stringify(each.problems)}`);
        return each.profile;
      }),
      { mirrors: [], namespacedExemptions: true },
    ),
    settings: {
      podAnnotations: true,
      record: true,
      runtime: { imageVolumePaths: 'unknown', emptyDirMode: true },
      ...settings,
    },
  };
}

const NGINX = {
  metadata: { name: 'nginx', labels: { 'rootlock.dev/source': 'builtin' } },
  spec: { image: { repository: 'nginx' }, paths: [{ path: '/var/cache/nginx' }, { path: '/var/run' }] },
};

function summaryOf(decision: Decision, pod: unknown): unknown {
  const warnings = warningsFor(decision);
  switch (decision.kind) {
    case 'left-alone':
      return { kind: decision.kind, reason: decision.reason, warnings };
    case 'denied':
      return { kind: decision.kind, reason: decision.reason, message: decision.message, warnings };
    case 'judged':
      return {
        kind: decision.kind,
        mode: decision.mode,
        warnings,
        operations: decision.operations,
        pod: patched(pod, decision),
      };
  }
}

function patched(pod: unknown, { operations }: Extract<Decision, { kind: 'judged' }>): unknown {
  return jsonPatch.applyPatch(
    structuredClone(pod),
    structuredClone(operations) as jsonPatch.Operation[],
    true,
  ).newDocument;
}

function givenOf(name: string): Given {
  return jsonAt(name, 'given.json') as Given;
}

function jsonAt(name: string, file: string): unknown {
  const path = join(CASES, name, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}
