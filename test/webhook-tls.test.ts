import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readConfig } from '../src/config.ts';
import { issueCertificates } from '../src/http/self-signed.ts';
import type { Api } from '../src/kube/api.ts';
import { openTls } from '../src/webhook-tls.ts';
import { virtualClock } from './kube/virtual-clock.ts';
import { silentLog } from './support/silent-log.ts';

const DAY = 86_400_000;
const MADE = Date.UTC(2026, 5, 1);

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rootlock-files-'));
  const { serving } = await issueCertificates({ names: ['localhost'], now: MADE, validDays: 100 });
  writeFileSync(join(folder, 'tls.crt'), serving.certificate);
  writeFileSync(join(folder, 'tls.key'), serving.key);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Opens the files on a day of the certificate's life. */
async function onDay(day: number) {
  const read = readConfig({
    ROOTLOCK_TLS_CERT_FILE: join(folder, 'tls.crt'),
    ROOTLOCK_TLS_KEY_FILE: join(folder, 'tls.key'),
  });
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems));
  const unused = async () => {
    throw new Error('files need no API server');
  };
  const api: Api = { json: unused, text: unused, open: unused, now: () => MADE + day * DAY };
  const stop = new AbortController();
  const clock = virtualClock({ until: 3_600_000, stop });
  const told: string[] = [];
  const log = { ...silentLog, warn: (message: string) => told.push(message) };
  const tls = await openTls({ config: read.config, api, clock, log });
  await tls.run(() => undefined, stop.signal);
  return { ready: tls.check().ok, problem: tls.problem(), told };
}

describe('a certificate of 100 days in files', () => {
  test.each([
    { day: 0, ready: true, late: false },
    { day: 79, ready: true, late: false },
    { day: 81, ready: true, late: true },
    { day: 99, ready: true, late: true },
    { day: 101, ready: false, late: true },
  ])('on day $day: ready $ready, late $late', async ({ day, ready, late }) => {
    const found = await onDay(day);
    expect(found.ready).toBe(ready);
    expect(found.problem).toEqual(
      late ? 'the certificate ends at 2026-09-09T00:00:00.000Z, and there is no new one' : undefined,
    );
    expect(found.told).toEqual(late ? ['the certificate files are not renewed'] : []);
  });
});
