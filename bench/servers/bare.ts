import https from 'node:https';
import { isObject } from '../../src/core/json.ts';
import { secureContextOptions, type TlsMaterial } from '../../src/http/tls.ts';

/** What no webhook can be cheaper than: read, parse, answer with a patch of 1 KB that is always the same. */
const PATCH = Buffer.from(JSON.stringify([{ op: 'add', path: '/x', value: 'x'.repeat(720) }])).toString(
  'base64',
);

export function bareServer(tls: TlsMaterial, patch: string = PATCH): https.Server {
  return https.createServer(
    { ...secureContextOptions(tls, 'TLSv1.2'), keepAliveTimeout: 120_000 },
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const review: unknown = JSON.parse(Buffer.concat(chunks).toString());
        const asked = isObject(review) && isObject(review.request) ? review.request : {};
        const body = Buffer.from(
          JSON.stringify({
            apiVersion: 'admission.k8s.io/v1',
            kind: 'AdmissionReview',
            response: { uid: asked.uid, allowed: true, patchType: 'JSONPatch', patch },
          }),
        );
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
        response.end(body);
      });
    },
  );
}
