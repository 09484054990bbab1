import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { fileURLToPath } from 'node:url';
import { structuredPatch } from 'diff';
import type { Operation } from '../../core/admission/operation.ts';
import type { CatalogMatch } from '../../core/catalog/lookup.ts';
import { isArray, isObject, type Json, textOf } from '../../core/json.ts';
import type { Paint } from '../style.ts';
import { patchText } from '../yaml/patch-text.ts';
import { readStream } from '../yaml/stream.ts';
import type { FirstLook } from './webhook.ts';

/** Beside src/ and dist/. */
export const EXAMPLES_FOLDER = fileURLToPath(new URL('../../../examples/', import.meta.url));

/**
 * What the API server would do: sends the example pod as a review over HTTPS, and shows what the answer makes of it,
 * each new line with its reason.
 */
export async function demoLines(
  { address, certificates }: FirstLook,
  match: CatalogMatch,
  paint: Paint,
): Promise<string[]> {
  const text = readFileSync(`${EXAMPLES_FOLDER}nginx.yaml`, 'utf8');
  const review = readFileSync(`${EXAMPLES_FOLDER}review.json`, 'utf8');
  const answer = await post({
    port: address.port,
    path: '/mutate',
    ca: certificates.authority.certificate,
    body: review,
  });
  const operations = operationsIn(answer);
  const [document] = readStream({ name: 'nginx.yaml', relative: 'nginx.yaml', text });
  if (document?.content.kind !== 'mapping') throw new Error('examples/nginx.yaml is no manifest');
  const { tree, json } = document.content;
  const patched = patchText({ text, tree, json, operations });
  if (patched.kind === 'unsafe') throw new Error(`the demo's patch: ${patched.because}`);
  return [
    'The API server asks about examples/nginx.yaml, and this is what it is told to make of it:',
    '',
    ...diffLines(text, patched.text, match, paint),
  ];
}

/** Lines longer than this have their reason above them. */
const REASONS_FROM = 56;

function diffLines(before: string, after: string, match: CatalogMatch, paint: Paint): string[] {
  const [hunk] = structuredPatch('', '', before, after, '', '', { context: Number.MAX_SAFE_INTEGER }).hunks;
  const lines = (hunk?.lines ?? []).filter((line) => !line.startsWith(' #'));
  return lines.flatMap((line) => {
    if (!line.startsWith('+')) return [`  ${line}`];
    const reason = reasonFor(line.slice(1).trim(), match);
    if (reason === '') return [`  ${paint('green', line)}`];
    const why = paint('dim', `# ${reason}`);
    if (line.length < REASONS_FROM) return [`  ${paint('green', line.padEnd(REASONS_FROM))}${why}`];
    const indent = line.slice(1).search(/\S/);
    return [`  ${paint('green', '+')}${' '.repeat(indent)}${why}`, `  ${paint('green', line)}`];
  });
}

/** Why a line is there, as far as it does not say so itself. */
function reasonFor(line: string, match: CatalogMatch): string {
  const mountPath = /^mountPath: (\S+)/.exec(line)?.[1];
  if (mountPath !== undefined) {
    const paths = match.kind === 'harden' ? match.paths : [];
    return paths.find(({ path }) => path === mountPath)?.description ?? 'the image writes there';
  }
  return LINES.find(([start]) => line.startsWith(start))?.[1] ?? '';
}

const LINES: readonly (readonly [start: string, reason: string])[] = [
  ['readOnlyRootFilesystem:', 'all else of the image is fixed from now on'],
  ['emptyDir:', 'as short-lived as what the container wrote before'],
  ['cluster-autoscaler.', 'so that its node can still be scaled down'],
  ['backup.velero.io', 'so that backups leave these volumes out'],
  ['rootlock.dev/hardened:', 'what was done, for the reconciler to compare'],
];

function operationsIn(answer: unknown): Operation[] {
  const response = isObject(answer) && isObject(answer.response) ? answer.response : {};
  const patch = textOf(response.patch);
  if (patch === undefined) throw new Error(`the webhook answered without a patch: ${JSON.stringify(answer)}`);
  const operations: Json = JSON.parse(Buffer.from(patch, 'base64').toString());
  // Made by patchFor a moment ago, in this process.
  return isArray(operations) ? (operations as unknown as Operation[]) : [];
}

type Post = { readonly port: number; readonly path: string; readonly ca: string; readonly body: string };

function post({ port, path, ca, body }: Post): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        servername: 'localhost',
        port,
        path,
        ca,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        agent: false,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`the webhook answered ${response.statusCode}: ${text}`));
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
