import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';

export type LoadOptions = {
  readonly namespace: string;
  readonly image?: string;
  readonly perSecond: number;
  /** The ports of the replicas that a new connection may go to, in turn, as through a Service. */
  readonly endpoints: () => readonly number[];
  /** What is trusted by a new connection: the caBundle as it is then. */
  readonly authorities: () => string | Promise<string>;
};

export type Load = {
  /** How many reviews were sent so far. */
  readonly sent: () => number;
  /** Sends no more, and waits for the answers that are still to come. */
  readonly stop: () => Promise<LoadResult>;
};

export type LoadResult = { readonly sent: number; readonly failures: readonly string[] };

/**
 * Reviews under way at most, one for each connection that is kept. A machine that cannot bear the rate gets a lower
 * one: what is sent all the same meets its timeout, and each timeout costs another handshake, which is a test of the
 * machine.
 */
const AT_ONCE = 25;
/** timeoutSeconds of the chart's webhooks. */
const TIMEOUT_MS = 3_000;

/**
 * Sends reviews as the API server does: over connections that are kept, and never again where one fails. A review fails that is not answered by 200 with its uid and a patch.
 */
export function startLoad(options: LoadOptions): Load {
  const { namespace, image = 'nginx:1.27', perSecond, endpoints, authorities } = options;
  const agent = new Agent({ keepAlive: true, maxFreeSockets: AT_ONCE });
  let turn = 0;
  const dial = async (): Promise<Duplex> => {
    const ca = await authorities();
    const ports = endpoints();
    turn++;
    const port = ports[turn % ports.length];
    return connect({ host: '127.0.0.1', servername: 'localhost', port, ca });
  };
  agent.createConnection = (_options, dialled) => {
    dial().then(
      (socket) => dialled?.(null, socket),
      (error: Error) => dialled?.(error, new Socket()),
    );
    return undefined;
  };
  const failures: string[] = [];
  const pending = new Set<Promise<void>>();
  let sent = 0;
  let stopped = false;
  const send = () => {
    sent++;
    const uid = randomUUID();
    const answered = post(agent, review(uid, namespace, image))
      .then((answer) => problemOf(answer, uid))
      .catch((error: Error) => error.message)
      .then((problem) => {
        pending.delete(answered);
        if (problem !== undefined) failures.push(problem);
      });
    pending.add(answered);
  };
  const run = async () => {
    const began = performance.now();
    while (!stopped) {
      const due = ((performance.now() - began) / 1000) * perSecond;
      await readFirst();
      while (sent < due && pending.size < AT_ONCE) send();
      await sleep(5);
    }
  };
  const running = run();
  return {
    sent: () => sent,
    async stop() {
      stopped = true;
      await running;
      await Promise.all(pending);
      agent.destroy();
      return { sent, failures };
    },
  };
}

/**
 * Whatever has come in while this process had to wait for its turn: the API server reads on other threads than it
 * sends on, and so knows of an answer, or that a connection was closed.
 */
async function readFirst(): Promise<void> {
  await immediate();
}

type Answer = { readonly status: number; readonly body: string };

function post(agent: Agent, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(
      { agent, host: '127.0.0.1', path: '/mutate?timeout=3s', method: 'POST', headers },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('close', () => clearTimeout(timer));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      },
    );
    const late = () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`));
    const timer = setTimeout(() => void readFirst().then(late), TIMEOUT_MS);
    sent.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    sent.end(body);
  });
}

function problemOf({ status, body }: Answer, uid: string): string | undefined {
  if (status !== 200) return `${status} ${body}`;
  const { response } = JSON.parse(body);
  if (response.uid !== uid) return `the answer is for ${response.uid}, not ${uid}`;
  return response.patch === undefined ? `no patch: ${body}` : undefined;
}

function review(uid: string, namespace: string, image: string): string {
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid,
      operation: 'CREATE',
      namespace,
      resource: { group: '', version: 'v1', resource: 'pods' },
      object: {
        metadata: { generateName: 'web-', namespace },
        spec: { containers: [{ name: 'web', image }] },
      },
    },
  });
}
