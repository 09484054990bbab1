import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Signal, startProcess } from '../support/control-plane/supervised-process.ts';
import { temporaryFolder } from '../support/control-plane/temporary-folder.ts';
import { waitUntil } from '../support/control-plane/wait-until.ts';

/** A real `rootlock webhook`. */
export type WebhookProcess = {
  readonly port: number;
  readonly exited: () => boolean;
  readonly signal: (signal: Signal) => void;
  /** SIGTERM, and whatever time it then takes, up to a minute. */
  readonly stop: () => Promise<void>;
  readonly ready: () => Promise<void>;
  /** What it answers to GET, whoever signed its certificate; undefined where it does not answer. */
  readonly get: (path: string) => Promise<{ readonly status: number; readonly body: string } | undefined>;
  /** The value of a metric without labels, or with just these. */
  readonly metric: (name: string) => Promise<number>;
  readonly log: () => string;
};

export type WebhookProcessOptions = {
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
};

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

export async function startWebhookProcess({ port, env }: WebhookProcessOptions): Promise<WebhookProcess> {
  const folder = temporaryFolder('rootlock-webhook-');
  const logFile = join(folder.path, 'webhook.log');
  const started = startProcess({
    command: process.execPath,
    args: [CLI, 'webhook'],
    logFile,
    graceSeconds: 60,
    env: {
      PATH: process.env.PATH ?? '',
      ROOTLOCK_HTTPS_HOST: '127.0.0.1',
      ROOTLOCK_HTTPS_PORT: String(port),
      ROOTLOCK_DRAIN_SECONDS: '0',
      ROOTLOCK_LOG_FORMAT: 'json',
      ...env,
    },
  });
  const log = () => readFileSync(logFile, 'utf8');
  const get = (path: string) => getFrom(port, path).catch(() => undefined);
  const running: WebhookProcess = {
    port,
    exited: () => started.exited,
    signal: started.signal,
    async stop() {
      await started.stop();
      await folder.remove();
    },
    ready: () =>
      waitUntil(
        'the webhook is ready',
        async () => {
          if (started.exited) throw new Error(`the webhook has ended:\n${log()}`);
          return (await get('/readyz'))?.status === 200 || undefined;
        },
        { seconds: 120, saw: log },
      ).then(() => undefined),
    get,
    async metric(name) {
      const text = (await get('/metrics'))?.body ?? '';
      const line = text.split('\n').find((each) => each.startsWith(`${name} `));
      return Number(line?.slice(name.length + 1));
    },
    log,
  };
  return running;
}

/** Each over a connection of its own. Whether its certificate is trusted is what the API server is asked in these tests. */
function getFrom(port: number, path: string) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const agent = new Agent({ rejectUnauthorized: false });
    const sent = request({ host: '127.0.0.1', port, path, agent, timeout: 5_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', reject);
    sent.end();
  });
}
