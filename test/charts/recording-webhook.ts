import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import type { JsonObject } from '../../src/core/json.ts';
import { issueCertificates } from '../../src/http/self-signed.ts';
import { valueAt } from './value-at.ts';

/** One review that was sent. */
export type Review = {
  /** `/mutate` or `/judge`. */
  readonly path: string;
  readonly operation: unknown;
  readonly namespace: unknown;
  readonly subResource: unknown;
  readonly pod: unknown;
};

export type RecordingWebhook = {
  /** What a webhook configuration needs to reach it by such a path. */
  readonly clientConfig: (path: string) => JsonObject;
  readonly reviews: () => readonly Review[];
  /** Breaks all connections and refuses new ones. */
  readonly stop: () => Promise<void>;
};

/** A webhook at a port of this machine that allows everything, with a patch where it is given one, and remembers who asked. */
export async function startRecordingWebhook(patch?: readonly JsonObject[]): Promise<RecordingWebhook> {
  const { authority, serving } = await issueCertificates({
    names: ['127.0.0.1'],
    now: Date.now(),
    validDays: 1,
  });
  const reviews: Review[] = [];
  const server = createServer({ key: serving.key, cert: serving.certificate }, async (request, response) => {
    const review: unknown = JSON.parse(await text(request));
    reviews.push(recordOf(request.url ?? '', review));
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answerTo(review, patch)));
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return {
    clientConfig: (path) => ({
      url: `https://127.0.0.1:${port}${path}`,
      caBundle: Buffer.from(authority.certificate).toString('base64'),
    }),
    reviews: () => reviews,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function recordOf(url: string, review: unknown): Review {
  return {
    path: url.split('?')[0] ?? '',
    operation: valueAt(review, 'request', 'operation'),
    namespace: valueAt(review, 'request', 'namespace'),
    subResource: valueAt(review, 'request', 'subResource'),
    pod: valueAt(review, 'request', 'name') || valueAt(review, 'request', 'object', 'metadata', 'name'),
  };
}

function answerTo(review: unknown, patch: readonly JsonObject[] | undefined): unknown {
  const encoded = patch && Buffer.from(JSON.stringify(patch)).toString('base64');
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid: valueAt(review, 'request', 'uid'),
      allowed: true,
      ...(encoded && { patchType: 'JSONPatch', patch: encoded }),
    },
  };
}
