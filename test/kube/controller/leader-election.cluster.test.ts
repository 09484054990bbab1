import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isArray, isObject, textOf } from '../../../src/core/json.ts';
import { LEASE_TIMINGS } from '../../../src/kube/controller/leader-election.ts';
import { type ControlPlane, startControlPlane } from '../../support/control-plane/start.ts';
import { until } from '../../support/until.ts';

const CANDIDATE = fileURLToPath(new URL('./candidate.ts', import.meta.url));
const LEASE = 'counter';

let cluster: ControlPlane;
const candidates = new Set<ChildProcess>();

beforeAll(async () => {
  cluster = await startControlPlane({ auditLog: 'Metadata' });
}, 120_000);

afterAll(async () => {
  for (const candidate of candidates) candidate.kill('SIGKILL');
  await cluster.stop();
});

/** What the API server takes to record what it has done, at most. */
const RECORDED_MS = 2_000;
const HELD_MS = LEASE_TIMINGS.duration - RECORDED_MS;

/**
 * How a leader is lost, and when the other candidate leads: milliseconds after the first has last written the Lease. One
 * that was released is taken before it would have run out, and another one not before that; how soon after it is up to
 * how busy the machine is.
 */
const LOSSES = [
  { loss: 'is stopped cleanly', when: 'at once', signal: 'SIGTERM', least: 0, most: HELD_MS },
  { loss: 'crashes', when: 'once its Lease has run out', signal: 'SIGKILL', least: HELD_MS, most: 90_000 },
  {
    loss: 'is paused for longer than that',
    when: 'once its Lease has run out',
    signal: 'SIGSTOP',
    least: HELD_MS,
    most: 90_000,
    pauseMs: 20_000,
  },
] as const;

type Loss = (typeof LOSSES)[number];

describe('of two candidates', () => {
  // Side by side, since all that they do is wait.
  const lost = new Map<Loss, Promise<string>>();
  beforeAll(() => {
    for (const loss of LOSSES) {
      const losing = lose(loss);
      // Whoever awaits it is told.
      losing.catch(() => undefined);
      lost.set(loss, losing);
    }
  });

  test.each(LOSSES)(
    'the second leads $when where the first $loss, and never at the same time',
    async (loss) => {
      const namespace = (await lost.get(loss)) ?? '';
      const ofLease = (await writes(namespace)).filter(({ lease: renewal }) => renewal);
      const taken = ofLease.findIndex(({ by }) => by === 'second');
      const [last, first] = [ofLease[taken - 1], ofLease[taken]];
      const tookMs = (first?.at ?? Number.NaN) - (last?.at ?? Number.NaN);
      expect(tookMs).toBeGreaterThanOrEqual(loss.least);
      expect(tookMs).toBeLessThanOrEqual(loss.most);
      expect(await overlaps(namespace)).toEqual([]);
      expect((await lease(namespace)).leaseTransitions).toBe(1);
    },
  );
});

/** The answer is the namespace in which it happened. */
async function lose(loss: Loss): Promise<string> {
  const { namespace, first, second } = await elect();
  first.kill(loss.signal);
  const at = Date.now();
  await until(() => hasWritten(namespace, 'second'), 90_000);
  if ('pauseMs' in loss) {
    await sleep(Math.max(0, at + loss.pauseMs - Date.now()));
    first.kill('SIGCONT');
    // For it to write what it may have been about to.
    await sleep(3_000);
  }
  second.kill('SIGKILL');
  first.kill('SIGKILL');
  return namespace;
}

async function hasWritten(namespace: string, who: string): Promise<boolean> {
  const path = `/api/v1/namespaces/${namespace}/configmaps?limit=1&labelSelector=by%3D${who}-${namespace}`;
  const { body } = await cluster.request({ path });
  return isObject(body) && isArray(body.items) && body.items.length > 0;
}

/** Two candidates, of which the first leads and has written something. */
async function elect() {
  const namespace = await cluster.freshNamespace();
  const first = stand(namespace, 'first');
  await until(async () => (await holder(namespace)) === `first-${namespace}`, 60_000);
  const second = stand(namespace, 'second');
  await once(second.stdout ?? second, 'data');
  // And it has to have seen the Lease, which it times by its own clock.
  await sleep(3_000);
  await until(() => hasWritten(namespace, 'first'), 60_000);
  return { namespace, first, second };
}

function stand(namespace: string, who: string): ChildProcess {
  const args = [CANDIDATE, cluster.kubeconfig(), namespace, LEASE, `${who}-${namespace}`];
  const candidate = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  candidates.add(candidate);
  return candidate;
}

async function lease(namespace: string) {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${LEASE}`;
  const { body } = await cluster.request({ path });
  return isObject(body) && isObject(body.spec) ? body.spec : {};
}

async function holder(namespace: string): Promise<string | undefined> {
  return textOf((await lease(namespace)).holderIdentity);
}

type Write = { readonly by: 'first' | 'second'; readonly at: number; readonly lease: boolean };

/** All requests that changed something, as the API server recorded them, in order. */
async function writes(namespace: string): Promise<readonly Write[]> {
  return cluster
    .auditEvents()
    .filter(isObject)
    .flatMap((event): Write[] => {
      const reference = isObject(event.objectRef) ? event.objectRef : {};
      const agent = textOf(event.userAgent) ?? '';
      const answer = isObject(event.responseStatus) ? Number(event.responseStatus.code) : 0;
      const changed = ['create', 'update', 'patch', 'delete'].includes(textOf(event.verb) ?? '');
      if (reference.namespace !== namespace || !changed || answer >= 300) return [];
      if (!agent.startsWith('first') && !agent.startsWith('second')) return [];
      const by = agent.startsWith('first') ? 'first' : 'second';
      const at = Date.parse(textOf(event.stageTimestamp) ?? '');
      return [{ by, at, lease: reference.resource === 'leases' }];
    })
    .toSorted((one, other) => one.at - other.at);
}

/** What the first wrote after the second had begun to. */
async function overlaps(namespace: string): Promise<readonly Write[]> {
  const all = await writes(namespace);
  const begin = all.find(({ by }) => by === 'second')?.at ?? Number.POSITIVE_INFINITY;
  return all.filter(({ by, at }) => by === 'first' && at >= begin);
}
