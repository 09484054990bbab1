import { Agent, request } from 'node:https';
import { pace } from '../pace.ts';

export type LoadOptions = {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
  readonly path: string;
  /** The body of the nth request. */
  readonly body: (nth: number) => string;
  readonly connections: number;
  readonly milliseconds: number;
  /** Requests a second, however long the answers take; 0: the next one as soon as the last is answered. */
  readonly rate: number;
};

export type LoadResult = {
  readonly requests: number;
  readonly milliseconds: number;
  /** In milliseconds, sorted. */
  readonly latencies: Float64Array;
};

/** Sends requests, one after the other on each connection; throws where one is not answered by 201. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const { connections, milliseconds, rate } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: connections, ca: options.ca });
  const latencies: number[] = [];
  const started = performance.now();
  const end = started + milliseconds;
  const next = pace(rate);
  let sent = 0;
  const work = async () => {
    for (;;) {
      const since = await next();
      if (since >= end) return;
      await send(agent, options, options.body(sent++));
      latencies.push(performance.now() - since);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  agent.destroy();
  return {
    requests: latencies.length,
    milliseconds: performance.now() - started,
    latencies: Float64Array.from(latencies).sort(),
  };
}

function send(agent: Agent, { url, token, path }: LoadOptions, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(new URL(path, url), { agent, method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 201) resolve();
        else reject(new Error(`${path} answered ${response.statusCode}: ${Buffer.concat(chunks)}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
