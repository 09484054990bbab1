import { readFileSync } from 'node:fs';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { admitIn, worldOf } from '../world.ts';
import { bareServer } from './bare.ts';
import { expressServer } from './express.ts';
import type { FromServer, ToServer } from './protocol.ts';
import { webhookServer } from './webhook.ts';

/** A server under test, alone in its process: `node process.ts KIND PROFILES CERTIFICATE KEY`. */
const [kind, profiles = '0', certificateFile = '', keyFile = ''] = process.argv.slice(2);
const tls = { certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };

tell({ kind: 'listening', port: await start() });
process.on('message', (message: ToServer) => {
  if (message.kind === 'end') process.exit();
  const { user, system } = process.cpuUsage();
  tell({ kind: 'usage', cpuMicroseconds: user + system, residentBytes: process.memoryUsage.rss() });
});

async function start(): Promise<number> {
  const count = Number(profiles);
  if (kind === 'bare') return listen(bareServer(tls));
  const admit = admitIn(worldOf(count));
  if (kind === 'express') return listen(expressServer(tls, admit));
  return (await webhookServer(tls, admit, count).listen()).port;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function tell(message: FromServer): void {
  process.send?.(message);
}
