import https from 'node:https';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Admit } from '../../src/http/answer.ts';
import { LEFT_ALONE, post, reviewText, startWebhook } from './webhook.ts';

const REVIEW = Buffer.from(
  reviewText('uid', {
    metadata: { name: 'x', labels: { a: 'b' }, managedFields: [{ manager: 'm' }] },
    spec: { containers: [{ name: 'c', image: 'nginx' }] },
  }),
);

/** A review with some bytes of it changed, taken out, or put in. */
const damaged = fc
  .array(fc.record({ at: fc.nat(REVIEW.length), cut: fc.nat(5), put: fc.uint8Array({ maxLength: 5 }) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((changes) =>
    changes.reduce(
      (body, { at, cut, put }) => Buffer.concat([body.subarray(0, at), put, body.subarray(at + cut)]),
      REVIEW,
    ),
  );
const noise = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const json = fc.json().map((text) => Buffer.from(text));

test('a thousand bodies of garbage are each answered by 200 or 400, and the server lives on', async () => {
  const admit: Admit = () => LEFT_ALONE;
  const { server, port, entries } = await startWebhook({ admit });
  const agent = new https.Agent({ keepAlive: true, maxSockets: 8 });
  await fc.assert(
    fc.asyncProperty(fc.oneof(damaged, noise, json), async (body) => {
      const { status } = await post(port, body, { agent });
      expect([200, 400]).toContain(status);
    }),
    { numRuns: 1_000 },
  );
  const last = await post(port, reviewText('last'), { agent });
  agent.destroy();
  server.stop();
  expect(JSON.parse(last.body).response.uid).toBe('last');
  expect(entries.filter(({ level }) => level === 'error')).toEqual([]);
});
