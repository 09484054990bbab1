import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { controllerToken } from '../../test/kube/controller/rbac.ts';
import { freePort } from '../../test/support/control-plane/ports.ts';
import type { ControlPlane } from '../../test/support/control-plane/start.ts';
import { cpuMilliseconds } from '../api-server/process-cpu.ts';

/** A controller in a process of its own, under its own rights, and what it costs. */
export type ControllerProcess = {
  /** Megabytes that it has now, and the most it ever had. */
  readonly memory: () => { readonly now: number; readonly most: number };
  /** Milliseconds of CPU so far. */
  readonly cpu: () => number;
  /**
   * Milliseconds until, having led, it had nothing more to do: no key waits, and for half a minute, which is not counted,
   * it has written nothing but its Lease and read no log.
   */
  readonly steady: () => Promise<number>;
  /** Requests that changed something so far, its Lease's aside. */
  readonly writes: () => Promise<number>;
  /** Whether it could lead: it has listed everything. */
  readonly ready: () => Promise<boolean>;
  /** Whether it has logged a message. */
  readonly said: (message: string) => boolean;
  readonly signal: (signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => void;
  /** Ends it, if it has not ended yet. */
  readonly stop: () => Promise<void>;
};

export type Home = { readonly namespace: string; readonly token: string };

export async function controllerHome(cluster: ControlPlane): Promise<Home> {
  const namespace = await cluster.freshNamespace();
  return { namespace, token: await controllerToken(cluster, namespace) };
}

const PROGRAM = fileURLToPath(new URL('./controller-process.mjs', import.meta.url));
/** Longer than any pause that the controller makes before it tells of what it has seen. */
const QUIET_MS = 30_000;
const PATIENCE_MS = 10 * 60_000;
/** Between two looks at its metrics, which cost it something. */
const LOOK_MS = 1_000;

export async function startController(
  cluster: Pick<ControlPlane, 'url' | 'ca'>,
  home: Home,
): Promise<ControllerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'rootlock-bench-'));
  writeFileSync(join(folder, 'token'), home.token, { mode: 0o600 });
  writeFileSync(join(folder, 'ca.crt'), cluster.ca);
  const { hostname, port } = new URL(cluster.url);
  const probePort = await freePort();
  const logFile = join(folder, 'controller.log');
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, [PROGRAM, hostname, port, folder], {
    stdio: ['ignore', log, log],
    env: {
      NODE_ENV: 'production',
      ROOTLOCK_HTTPS_HOST: '127.0.0.1',
      ROOTLOCK_PROBE_PORT: String(probePort),
      ROOTLOCK_NAMESPACE: home.namespace,
      ROOTLOCK_IMAGE_VOLUME_PATHS: 'copied',
    },
  });
  const began = performance.now();
  const pid = pidOf(child);
  const ended = once(child, 'exit');
  const said = (message: string) => readFileSync(logFile, 'utf8').includes(`"${message}"`);
  return {
    memory: () => memoryOf(pid),
    cpu: () => cpuMilliseconds(pid),
    writes: async () => countIn(await metricsAt(probePort), WRITE),
    ready: async () => {
      const answer = await fetch(`http://127.0.0.1:${probePort}/readyz`).catch(() => undefined);
      return answer?.ok === true;
    },
    said,
    signal: (signal) => child.kill(signal),
    steady: async () => {
      let last = { done: Number.NaN, at: began };
      while (performance.now() - began < PATIENCE_MS) {
        const metrics = await metricsAt(probePort).catch(() => '');
        // NaN, before it answers or while keys wait, is never the same as NaN.
        const atRest = metrics !== '' && countIn(metrics, WAITING) === 0;
        const done = atRest ? countIn(metrics, WRITE) + countIn(metrics, LOG) : Number.NaN;
        const now = performance.now();
        if (done !== last.done) last = { done, at: now };
        if (said('usage known') && now - last.at >= QUIET_MS) return last.at - began;
        if (child.exitCode !== null)
          throw new Error(`the controller has ended: ${readFileSync(logFile, 'utf8')}`);
        await sleep(LOOK_MS);
      }
      throw new Error(`the controller does not come to rest: ${readFileSync(logFile, 'utf8').slice(-2_000)}`);
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('the controller could not be started');
  return pid;
}

function memoryOf(pid: number): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { now: megabytes('VmRSS'), most: megabytes('VmHWM') };
}

const WRITE =
  /^rootlock_api_requests_total\{verb="(?:create|update|patch|delete)",resource="(?!leases)[^}]*\} (\d+)/gm;

const LOG = /^rootlock_api_requests_total\{verb="get",resource="pods\/log"[^}]*\} (\d+)/gm;
const WAITING = /^rootlock_queue_depth\{[^}]*\} (\d+)/gm;

async function metricsAt(port: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

function countIn(metrics: string, row: RegExp): number {
  return [...metrics.matchAll(row)].reduce((sum, [, count]) => sum + Number(count), 0);
}
