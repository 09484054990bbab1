import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import fastJsonPatch from 'fast-json-patch';
import { stringify } from 'yaml';
import { patchText } from '../../../src/cli/yaml/patch-text.ts';
import { readStream } from '../../../src/cli/yaml/stream.ts';
import { decide } from '../../../src/core/admission/decide.ts';
import { isObject, type Json } from '../../../src/core/json.ts';
import { anyPod } from '../../support/any-pod.ts';
import { anyWorld } from '../../support/any-world.ts';

/** More in CI; fewer where a person waits for it. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? (process.env.CI ? 3_000 : 500));

/** Ways in which people and programs lay a manifest out. */
const anyLayout = fc.constantFrom<(json: unknown) => string>(
  (json) => stringify(json, { version: '1.1', lineWidth: 0 }),
  (json) => stringify(json, { version: '1.1', lineWidth: 0, indentSeq: false }),
  (json) => stringify(json, { version: '1.1', lineWidth: 0, indent: 4 }),
  (json) =>
    stringify(json, { version: '1.1', lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE' }).replaceAll(
      '\n',
      '\r\n',
    ),
  (json) => stringify(json, { version: '1.1', lineWidth: 60, collectionStyle: 'flow' }),
  (json) => stringify(json, { version: '1.1', lineWidth: 0 }).trimEnd(),
  (json) => `# a comment\n---\n${stringify(json, { version: '1.1', lineWidth: 0 })}# the end\n`,
  (json) => JSON.stringify(json),
  (json) => `${JSON.stringify(json, null, 2)}\n`,
  (json) => `${JSON.stringify(json, null, '\t')}\n`,
);

describe('patchText', () => {
  test('makes of any pod in any layout what the operations say, and only adds to its text', () => {
    fc.assert(
      fc.property(anyPod, anyWorld, anyLayout, (pod, { world, policy }, layout) => {
        if (!isObject(pod)) return;
        const text = layout(pod);
        const documents = readStream({ name: 'pod', relative: 'pod', text });
        const document = documents.find(({ content }) => content.kind !== 'blank');
        if (document?.content.kind !== 'mapping')
          throw new Error(`not read: ${JSON.stringify(document?.content)}`);
        const { tree, json } = document.content;
        const decision = decide(
          {
            pod: json,
            namespace: 'default',
            policy: { ...policy, mode: 'enforce' },
            policyProblems: [],
            now: 0,
          },
          world,
        );
        if (decision.kind !== 'judged') return;
        const patched = patchText({ text: document.text, tree, json, operations: decision.operations });
        if (patched.kind !== 'patched')
          throw new Error(`${patched.because}\n${JSON.stringify(decision.operations)}\n${text}`);
        const [again] = readStream({ name: 'pod', relative: 'pod', text: patched.text });
        const wanted = fastJsonPatch.applyPatch(
          structuredClone(json),
          structuredClone([...decision.operations]),
        );
        expect(again?.content).toMatchObject({ kind: 'mapping', json: wanted.newDocument as Json });
      }),
      { numRuns: RUNS },
    );
  });
});
