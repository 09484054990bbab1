import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../src/core/admission/decide.ts';
import type { Decision } from '../../src/core/admission/decision.ts';
import { answerReview } from '../../src/core/admission/review.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../src/core/json.ts';
import { reviewText } from '../../src/http/review-text.ts';
import { anyPod } from '../support/any-pod.ts';
import { anyWorld } from '../support/any-world.ts';

const textOf = (json: string) => reviewText(Buffer.from(json), 'with-env');

describe('what is not read of a body', () => {
  test.each([
    {
      what: 'is left out with its name',
      json: '{"a":1,"managedFields":[{"f:x":{"k:{\\"a]\\"}":{}}},[]],"b":[2]}',
      text: '{"a":1,"b":[2]}',
    },
    {
      what: 'is left empty where nothing follows it',
      json: '{"a":1,"managedFields":[{"f:x":{"k:{\\"a]\\"}":{}}},[]]}',
      text: '{"a":1,"managedFields":[]}',
    },
    {
      what: 'is left out wherever it is',
      json: '{"status":{"a":1},"env":[{"name":"A","valueFrom":{"b":2}}],"old":{"status":{"c":{}}}}',
      text: '{"env":[{"name":"A","valueFrom":{}}],"old":{"status":{}}}',
    },
    {
      what: 'is left out with all that is in it',
      json: '{"a":{"lifecycle":{"status":{"a":1},"ports":[1]}},"b":{"ports":[2]}}',
      text: '{"a":{"lifecycle":{}},"b":{"ports":[]}}',
    },
    {
      what: 'is the content of a volume, whose kind is read',
      json: '[{"secret":{"secretName":"a"},"name":"b"},{"name":"c","configMap":{"name":"d"}}]',
      text: '[{"secret":{},"name":"b"},{"name":"c","configMap":{}}]',
    },
    { what: 'may follow another', json: '{"args":[1],"ports":[2],"env":[3]}', text: '{"env":[3]}' },
    { what: 'is nothing at times', json: '{"managedFields":[]}', text: '{"managedFields":[]}' },
    {
      what: 'is neither a text nor a number',
      json: '{"status":"Failure","args":1,"options":null}',
      text: '{"status":"Failure","args":1,"options":null}',
    },
    {
      what: 'has the whole of its name',
      json: '{"a status":{"a":1},"sargs":[1]}',
      text: '{"a status":{"a":1},"sargs":[1]}',
    },
    {
      what: 'is not seen in a string',
      json: JSON.stringify({ note: '{"managedFields":[{"a":1}]}' }),
      text: JSON.stringify({ note: '{"managedFields":[{"a":1}]}' }),
    },
    { what: 'and never ends stays no JSON', json: '{"managedFields":[{"a":1}', text: '{"managedFields":[}' },
    {
      what: 'may be full of characters',
      json: '{"ä€😀":"ä€😀","managedFields":["ä€😀"],"b":"ä€😀"}',
      text: '{"ä€😀":"ä€😀","b":"ä€😀"}',
    },
  ])('$what', ({ json, text }) => {
    expect(textOf(json)).toBe(text);
  });

  test('are the variables of containers, until a plan sets some', () => {
    const json = '{"env":[{"name":"A","value":"]"}],"envFrom":[{"secretRef":{}}],"b":{"env":"x"}}';
    const text = '{"envFrom":[{"secretRef":{}}],"b":{"env":"x"}}';
    expect(reviewText(Buffer.from(json), 'without-env')).toBe(text);
  });

  test('does not matter to the rest, wherever it stands', () => {
    const anywhere = fc.tuple(
      fc.jsonValue({ maxDepth: 4 }),
      fc.array(fc.jsonValue({ maxDepth: 3 })),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(anywhere, ([before, managedFields, after]) => {
        const json = JSON.stringify({ before, metadata: { managedFields }, after });
        const expected = JSON.stringify({ before, metadata: { managedFields: [] }, after });
        expect(JSON.stringify(JSON.parse(textOf(json)))).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  test('changes no decision', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(anyPod, anyWorld, (pod, { policy, world }) => {
        const full = crowded(JSON.parse(JSON.stringify(pod)));
        const cut = JSON.parse(textOf(JSON.stringify(full)));
        expect(cut).not.toEqual(full);
        const [whole, short] = [full, cut].map((object) =>
          decide({ pod: object, namespace: 'shop', policy, policyProblems: [], now: 0 }, world),
        ) as [Decision, Decision];
        expect(answerReview('uid', short)).toEqual(answerReview('uid', whole));
        kinds.add(whole.kind);
      }),
      { numRuns: 2_000 },
    );
    expect([...kinds].toSorted()).toEqual(['denied', 'judged', 'left-alone']);
  });
});

const PROBE = { exec: { command: ['sh', '-c', 'true'] }, periodSeconds: 5 };

/** What a pod has besides, at each place where the API has it. */
function crowded(pod: unknown): JsonObject {
  const { metadata, spec, ...rest } = isObject(pod) ? pod : {};
  const containers = (list: Json | undefined) => (isArray(list) ? list.map(crowdedContainer) : list);
  return {
    ...rest,
    metadata: isObject(metadata)
      ? { ...metadata, labels: { app: 'web' }, managedFields: [{ manager: 'kubectl' }] }
      : metadata,
    spec: isObject(spec)
      ? {
          ...spec,
          affinity: { nodeAffinity: { a: [1] } },
          tolerations: [{ operator: 'Exists' }],
          topologySpreadConstraints: [{ maxSkew: 1 }],
          ...('containers' in spec && { containers: containers(spec.containers) }),
          ...('initContainers' in spec && { initContainers: containers(spec.initContainers) }),
        }
      : spec,
    status: { phase: 'Pending', conditions: [{ type: 'Ready' }] },
  };
}

function crowdedContainer(container: Json): Json {
  if (!isObject(container)) return container;
  const { env } = container;
  return {
    ...container,
    args: ['--flag', 'a "quoted" [text'],
    ports: [{ containerPort: 80 }],
    livenessProbe: PROBE,
    readinessProbe: PROBE,
    startupProbe: PROBE,
    lifecycle: { preStop: PROBE },
    ...(isArray(env) && {
      env: env.map((each) =>
        isObject(each) ? { ...each, valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } } : each,
      ),
    }),
  };
}
