import https from 'node:https';
import express from 'express';
import fastJsonPatch, { type Operation } from 'fast-json-patch';
import type { Decision } from '../../src/core/admission/decision.ts';
import { answerReview, type ReviewRequest, readReview } from '../../src/core/admission/review.ts';
import { secureContextOptions, type TlsMaterial } from '../../src/http/tls.ts';

/** The usual way to write a webhook: express reads the body, the decision changes a clone, a diff gives the patch. */
export function expressServer(tls: TlsMaterial, admit: (request: ReviewRequest) => Decision): https.Server {
  const app = express();
  app.post('/mutate', express.json({ limit: '7mb' }), (request, response) => {
    const read = readReview(request.body);
    if (read.kind === 'malformed') {
      response.status(400).send(read.problem);
      return;
    }
    const decision = admit(read.request);
    if (decision.kind !== 'judged') {
      response.type('json').send(answerReview(read.request.uid, decision).text);
      return;
    }
    const before = read.request.object;
    const after = structuredClone(before);
    fastJsonPatch.applyPatch(after, decision.operations as Operation[]);
    const operations = fastJsonPatch.compare(before as object, after as object);
    const ours = { ...decision, operations: operations.filter(isOurs) };
    response.type('json').send(answerReview(read.request.uid, ours).text);
  });
  return https.createServer({ ...secureContextOptions(tls, 'TLSv1.2'), keepAliveTimeout: 120_000 }, app);
}

type Ours = Extract<Operation, { op: 'add' | 'replace' }>;

function isOurs(operation: Operation): operation is Ours {
  return operation.op === 'add' || operation.op === 'replace';
}
