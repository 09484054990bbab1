import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { issueCertificates } from '../src/http/self-signed.ts';
import { CELLS, type Cell, PROFILES, SERVERS, SIZES, WARM_UP } from './cells.ts';
import { type Child, startChild } from './child.ts';
import { engineCost, lookupCost } from './engine.ts';
import { type Measured, markdown, PAGE, type Results } from './report.ts';
import { reviewOf } from './review.ts';
import type { FromLoad, FromServer, ToLoad } from './servers/protocol.ts';

/**
 * Compares the webhook with a bare node:https handler and with the usual express one, over real HTTPS on
 * loopback, in one run: `node bench/run.ts [--seconds 120] [--rounds 5] [--write FILE]`.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    rounds: { type: 'string', default: '5' },
    write: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const milliseconds = Number(values.seconds) * 1000;
if (!(rounds >= 1 && milliseconds >= 1000)) throw new Error('--rounds takes 1 or more, --seconds 1 or more');

const CONNECTIONS = 16;
/**
 * A fifth of the time is for what is measured without HTTP, two fifths for warming up: V8 goes on compiling for some ten
 * thousand reviews, and a server that has just started is another thing than one that serves.
 */
const engineSlice = (milliseconds * 0.2) / (SIZES.length + PROFILES.length);
const warmUpSlice = (milliseconds * 0.4) / SERVERS.length;
const cellSlice = (milliseconds * 0.4) / (CELLS.length * rounds);

const folder = mkdtempSync(join(tmpdir(), 'rootlock-bench-'));
try {
  const results = await measure();
  const text = markdown(results);
  console.log(text);
  if (values.write) writeFileSync(values.write, `${PAGE}\n${text}\n`);
} finally {
  rmSync(folder, { recursive: true });
}

async function measure(): Promise<Results> {
  const engine = SIZES.map((kilobytes) => ({
    kilobytes,
    ...engineCost(bodies(kilobytes), 1_000, engineSlice),
  }));
  const lookups = PROFILES.map((profiles) => ({ profiles, ...lookupCost(profiles, engineSlice) }));
  return { engine, lookups, rounds, connections: CONNECTIONS, cells: await overHttps() };
}

function bodies(kilobytes: number): Buffer {
  return reviewOf(kilobytes * 1024);
}

async function overHttps(): Promise<readonly (readonly [Cell, readonly Measured[]])[]> {
  const files = await certificates();
  const servers = new Map<string, RunningServer>();
  const load = startChild({
    module: new URL('./load.ts', import.meta.url),
    args: [files.ca],
    cpu: 1,
    stdout: 2,
  });
  try {
    for (const { name, kind, profiles } of SERVERS) {
      const child = startChild({
        module: new URL('./servers/process.ts', import.meta.url),
        args: [kind, String(profiles), files.certificate, files.key],
        cpu: 0,
        stdout: openSync(join(folder, `${name}.log`), 'w'),
      });
      const hello = await child.hello<FromServer>();
      if (hello.kind !== 'listening')
        throw new Error(`expected ${name} to listen, but it said ${hello.kind}`);
      servers.set(name, { child, port: hello.port });
    }
    for (const { name } of SERVERS) {
      for (const { kilobytes, share } of WARM_UP) {
        for (const pods of ['different', 'alike'] as const) {
          await measureCell(
            { server: name, kilobytes, rate: 0, pods },
            servers,
            load,
            (warmUpSlice * share) / 2,
          );
        }
      }
    }
    const measured = CELLS.map((cell): [Cell, Measured[]] => [cell, []]);
    for (let round = 0; round < rounds; round++) {
      for (const [cell, list] of measured) list.push(await measureCell(cell, servers, load, cellSlice));
    }
    return measured;
  } finally {
    for (const { child } of servers.values()) child.end();
    load.end();
  }
}

type RunningServer = { readonly child: Child; readonly port: number };

async function measureCell(
  cell: Cell,
  servers: ReadonlyMap<string, RunningServer>,
  load: Child,
  slice: number,
): Promise<Measured> {
  const server = servers.get(cell.server);
  if (!server) throw new Error(`no server is called ${cell.server}`);
  const before = await usage(server.child);
  const done = await load.ask<FromLoad>({
    port: server.port,
    body: bodies(cell.kilobytes).toString(),
    pods: cell.pods,
    connections: CONNECTIONS,
    milliseconds: slice,
    rate: cell.rate,
  } satisfies ToLoad);
  const after = await usage(server.child);
  if (done.failures > 0)
    throw new Error(`${done.failures} reviews of ${cell.server} were not answered by 200`);
  return {
    cpu: (after.cpuMicroseconds - before.cpuMicroseconds) / done.reviews,
    perSecond: (done.reviews * 1000) / done.milliseconds,
    p50: done.p50,
    p99: done.p99,
    residentMegabytes: after.residentBytes / 1024 ** 2,
  };
}

async function usage(child: Child) {
  const answer = await child.ask<FromServer>({ kind: 'usage' });
  if (answer.kind !== 'usage') throw new Error(`expected the usage, but got ${answer.kind}`);
  return answer;
}

async function certificates() {
  const { authority, serving } = await issueCertificates({
    names: ['localhost', '127.0.0.1'],
    now: Date.now(),
    validDays: 1,
  });
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  return {
    ca: file('ca.pem', authority.certificate),
    certificate: file('certificate.pem', serving.certificate),
    key: file('key.pem', serving.key),
  };
}
