import https from 'node:https';
import tls from 'node:tls';
import { type Config, readConfig } from '../../src/config.ts';
import type { Decision } from '../../src/core/admission/decision.ts';
import type { Admit } from '../../src/http/answer.ts';
import type { ReadyCheck } from '../../src/http/app.ts';
import { LIMITS, type Limits } from '../../src/http/limits.ts';
import { createWebhookMetrics } from '../../src/http/metrics.ts';
import { type Certificates, issueCertificates } from '../../src/http/self-signed.ts';
import { createWebhookServer } from '../../src/http/server.ts';
import type { LogFields, LogLevel } from '../../src/log.ts';
import { SETTINGS } from '../../src/settings.ts';

/** One authority for all tests of a file: making keys takes time. */
export const certificates: Certificates = await issueCertificates({
  names: ['localhost', '127.0.0.1'],
  now: Date.now(),
  validDays: 1,
});

export const LEFT_ALONE: Decision = { kind: 'left-alone', reason: 'not-opted-in', because: '' };

export type Setup = {
  readonly admit?: Admit;
  readonly revision?: () => number;
  readonly config?: Partial<Config>;
  readonly limits?: Partial<Limits>;
  readonly clientAuthorities?: string;
  readonly ready?: () => readonly ReadyCheck[];
};

export type LogEntry = { readonly level: LogLevel; readonly message: string; readonly fields: LogFields };

export type Webhook = Awaited<ReturnType<typeof startWebhook>>;

/** A webhook server on a free port of the loopback, and what it logged. */
export async function startWebhook(setup: Setup = {}) {
  const entries: LogEntry[] = [];
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      entries.push({ level, message, fields });
    };
  const metrics = createWebhookMetrics({ catalogSize: () => 7 });
  const material = {
    certificate: certificates.serving.certificate,
    key: certificates.serving.key,
    ...(setup.clientAuthorities !== undefined && { clientAuthorities: setup.clientAuthorities }),
  };
  const server = createWebhookServer({
    admit: setup.admit ?? (() => LEFT_ALONE),
    revision: setup.revision ?? (() => 0),
    config: { ...loopback(), ...setup.config },
    tls: material,
    log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    metrics,
    ready: setup.ready ?? (() => []),
    limits: { ...LIMITS, ...setup.limits },
  });
  const { port } = await server.listen();
  return { server, port, metrics, material, entries };
}

function loopback(): Config {
  const read = readConfig({ [SETTINGS.host.variable]: '127.0.0.1', [SETTINGS.port.variable]: '0' });
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems));
  return read.config;
}

export type Response = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  /** Whether an open connection served it. */
  readonly reused: boolean;
};

export type RequestOptions = https.RequestOptions & { readonly body?: string | Buffer };

export function request(port: number, { body, ...options }: RequestOptions): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = https.request(
      { host: '127.0.0.1', port, ca: certificates.authority.certificate, agent: false, ...options },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
            reused: sent.reusedSocket,
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

export function get(port: number, path: string, options: RequestOptions = {}): Promise<Response> {
  return request(port, { path, ...options });
}

export function post(port: number, body: string | Buffer, options: RequestOptions = {}): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...options.headers };
  return request(port, { path: '/mutate?timeout=3s', method: 'POST', ...options, headers, body });
}

/** A review of a pod being created. */
export function reviewText(uid = 'uid-1', object: unknown = { metadata: { generateName: 'web-' } }): string {
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid,
      operation: 'CREATE',
      namespace: 'shop',
      resource: { group: '', version: 'v1', resource: 'pods' },
      object,
    },
  });
}

export function connect(port: number, options: tls.ConnectionOptions = {}): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect(
      {
        host: '127.0.0.1',
        port,
        servername: 'localhost',
        ca: certificates.authority.certificate,
        ...options,
      },
      () => {
        socket.off('error', reject);
        socket.on('error', () => {});
        resolve(socket);
      },
    );
    socket.once('error', reject);
  });
}

/** All that comes over a connection until it is closed. */
export function everythingFrom(socket: tls.TLSSocket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(text));
  });
}

export async function metricsText({ metrics }: Webhook): Promise<string> {
  return metrics.text();
}
