import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { pace } from './pace.ts';
import type { FromLoad, ToLoad } from './servers/protocol.ts';
import { variantsOf } from './variants.ts';

/** Sends reviews from a process of its own: `node load.ts CA`. Raw sockets, so that it costs less than what it measures. */
const ca = readFileSync(process.argv[2] ?? '');

process.on('message', async (job: ToLoad) => {
  process.send?.(await run(job));
});

async function run({ port, body, pods, connections, milliseconds, rate }: ToLoad): Promise<FromLoad> {
  const requests = variantsOf(body, pods).map((text) => requestOf(Buffer.from(text)));
  let sent = 0;
  const latencies: number[] = [];
  let failures = 0;
  const started = performance.now();
  const end = started + milliseconds;
  const next = pace(rate);
  const work = async () => {
    let connection = await connect(port);
    for (;;) {
      const since = await next();
      if (since >= end) break;
      const answer = await connection.exchange(requests[sent++ % requests.length] ?? EMPTY);
      if (answer.status === 200) latencies.push(performance.now() - since);
      else failures++;
      if (answer.last) {
        connection.close();
        connection = await connect(port);
      }
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, work));
  const sorted = Float64Array.from(latencies).sort();
  return {
    kind: 'done',
    reviews: sorted.length,
    failures,
    milliseconds: performance.now() - started,
    p50: sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
  };
}

const EMPTY = Buffer.alloc(0);

function requestOf(body: Buffer): Buffer {
  const head = [
    'POST /mutate?timeout=3s HTTP/1.1',
    'Host: rootlock.rootlock.svc:443',
    'User-Agent: kube-apiserver-admission',
    `Content-Length: ${body.length}`,
    'Accept: application/json, */*',
    'Content-Type: application/json',
    'Accept-Encoding: gzip',
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}

type Answer = { readonly status: number; readonly last: boolean };

function connect(port: number) {
  const socket = tls.connect({
    port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca,
    ALPNProtocols: ['http/1.1'],
  });
  let received: Buffer = Buffer.alloc(0);
  let settle: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const answer = wholeAnswer(received);
    if (answer === undefined) return;
    received = Buffer.alloc(0);
    settle?.resolve(answer);
  });
  socket.on('error', (error) => settle?.reject(error));
  socket.on('end', () => settle?.reject(new Error('the server closed the connection before it answered')));
  const exchange = (request: Buffer) =>
    new Promise<Answer>((resolve, reject) => {
      settle = { resolve, reject };
      socket.write(request);
    });
  return new Promise<{ exchange: typeof exchange; close: () => void }>((resolve, reject) => {
    settle = { resolve: () => {}, reject };
    socket.once('secureConnect', () => resolve({ exchange, close: () => socket.destroy() }));
  });
}

/** Undefined while bytes are missing. One answer at a time is on its way, so nothing follows it. */
function wholeAnswer(received: Buffer): Answer | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const head = received.toString('latin1', 0, headEnd);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
  if (received.length < headEnd + 4 + length) return undefined;
  return { status: Number(head.slice(9, 12)), last: /\r\nconnection: close/i.test(head) };
}
