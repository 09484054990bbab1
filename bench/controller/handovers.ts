import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, textOf } from '../../src/core/json.ts';
import { LEASE_NAME, leasesPath } from '../../src/kube/controller/lease.ts';
import { startFaultProxy } from '../../test/support/control-plane/fault-proxy.ts';
import { until } from '../../test/support/until.ts';
import type { FilledCluster } from './cluster.ts';
import { type ControllerProcess, type Home, startController } from './controller-process.ts';

/** How one leader followed another, of two processes of which one led. */
export type Handovers = {
  /** The leader was asked to end (SIGTERM): milliseconds until the other had the Lease, and until it had judged all pods. */
  readonly stopped: readonly Handover[];
  /** The leader was killed (SIGKILL). */
  readonly killed: readonly Handover[];
  /** The leader was stopped for half a minute (SIGSTOP) while pods came and went. */
  readonly paused: readonly Paused[];
};

export type Handover = { readonly leadsMs: number; readonly judgedMs: number };

export type Paused = Handover & {
  /** Requests that would change something, the Lease's among them, which the old leader sent after it woke. */
  readonly sentAfterwards: number;
  /** What the new leader wrote in the meantime. */
  readonly written: number;
};

const PAUSE_MS = 30_000;
/** For one that was paused to show what it would still do. */
const AFTERWARDS_MS = 10_000;
const PATIENCE_MS = 60_000;
/** Between two pods that are replaced while a leader is paused, so that there is always something to write. */
const REPLACE_MS = 50;
const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection'] as const;

export async function handovers(
  filled: FilledCluster,
  home: Home,
  rounds: number,
  say: (text: string) => void,
): Promise<Handovers> {
  const { controlPlane } = filled;
  const play = async <T>(what: string, round: (leader: Candidate, standby: Candidate) => Promise<T>) => {
    const measured: T[] = [];
    while (measured.length < rounds) {
      const candidates: Candidate[] = [];
      try {
        const leader = await startCandidate(controlPlane, home);
        candidates.push(leader);
        await until(() => leader.said('usage known'), PATIENCE_MS);
        const standby = await startCandidate(controlPlane, home);
        candidates.push(standby);
        await until(standby.ready, PATIENCE_MS);
        measured.push(await round(leader, standby));
        say(`${what}: ${JSON.stringify(measured.at(-1))}`);
      } finally {
        for (const candidate of candidates) await candidate.end();
      }
    }
    return measured;
  };
  const after =
    (signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP') => async (leader: Candidate, standby: Candidate) => {
      const before = await holderOf(filled, home);
      const began = performance.now();
      leader.signal(signal);
      await until(async () => !['', before].includes(await holderOf(filled, home)), PATIENCE_MS);
      const leadsMs = performance.now() - began;
      await until(() => standby.said('usage known'), PATIENCE_MS);
      return { leadsMs, judgedMs: performance.now() - began };
    };
  return {
    stopped: await play('stopped', after('SIGTERM')),
    killed: await play('killed', after('SIGKILL')),
    paused: await play('paused', async (leader, standby) => {
      const churn = churnPods(filled);
      try {
        const began = performance.now();
        const followed = await after('SIGSTOP')(leader, standby);
        await sleep(PAUSE_MS - (performance.now() - began));
        const written = await standby.writes();
        const awake = leader.sent();
        leader.signal('SIGCONT');
        await sleep(AFTERWARDS_MS);
        return { ...followed, written, sentAfterwards: leader.sent() - awake };
      } finally {
        await churn.end();
      }
    }),
  };
}

type Candidate = ControllerProcess & {
  /** Requests that would change something, as a proxy in front of the API server has seen them. */
  readonly sent: () => number;
  readonly end: () => Promise<void>;
};

async function startCandidate(cluster: FilledCluster['controlPlane'], home: Home): Promise<Candidate> {
  const proxy = await startFaultProxy(cluster);
  const controller = await startController({ ca: cluster.ca, url: proxy.url }, home);
  return {
    ...controller,
    sent: () => proxy.count({ verb: WRITES }),
    end: async () => {
      controller.signal('SIGCONT');
      await controller.stop();
      await proxy.stop();
    },
  };
}

async function holderOf({ api }: FilledCluster, { namespace }: Home): Promise<string> {
  const lease = await api.json({ path: `${leasesPath(namespace)}/${LEASE_NAME}` });
  const spec = isObject(lease) && isObject(lease.spec) ? lease.spec : {};
  return textOf(spec.holderIdentity) ?? '';
}

/** Replaces one pod after the other until it is ended. */
function churnPods({ makePod, deletePod }: FilledCluster): { readonly end: () => Promise<void> } {
  const stop = new AbortController();
  const run = async () => {
    for (let turn = 2; !stop.signal.aborted; turn++) {
      await makePod(0, turn);
      await sleep(REPLACE_MS);
      await deletePod(0, turn);
    }
  };
  const running = run();
  return {
    end: async () => {
      stop.abort();
      await running;
    },
  };
}
