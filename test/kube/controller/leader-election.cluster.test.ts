import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isObject, textOf } from '../../../src/core/json.ts';
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

/** How a leader is lost, and how long the other candidate may take to lead, in milliseconds. */
const LOSSES = [
  { loss: 'is stopped cleanly', signal: 'SIGTERM', withinMs: 3_000 },
  { loss: 'crashes', signal: 'SIGKILL', withinMs: 17_000 },
  { loss: 'is paused for longer than its Lease lasts', signal: 'SIGSTOP', withinMs: 17_000, pauseMs: 20_000 },
] as const;

type Loss = (typeof LOSSES)[number];
type Lost = { readonly namespace: string; readonly tookMs: number };

describe('of two candidates', () => {
  // Side by side, since all that they do is wait.
  const lost = new Map<Loss, Promise<Lost>>();
  beforeAll(() => {
    for (const loss of LOSSES) {
      const losing = lose(loss);
      // Whoever awaits it is told.
      losing.catch(() => undefined);
      lost.set(loss, losing);
    }
  });

  test.each(LOSSES)(
    'the second leads within $withinMs ms once the first $loss, and never at the same time',
    async (loss) => {
      const { namespace, tookMs } = (await lost.get(loss)) as Lost;
      expect(tookMs).toBeLessThanOrEqual(loss.withinMs);
      expect(await overlaps(namespace)).toEqual([]);
      expect((await lease(namespace)).leaseTransitions).toBe(1);
      const late = (await writes(namespace)).filter(({ by, lease: renewal }) => by === 'second' && !renewal);
      expect(late.length).toBeGreaterThan(0);
    },
  );
});

async function lose(loss: Loss): Promise<Lost> {
  const { namespace, first, second } = await elect();
  const at = Date.now();
  first.kill(loss.signal);
  await until(async () => (await holder(namespace)) === `second-${namespace}`, 60_000);
  const tookMs = Date.now() - at;
  if ('pauseMs' in loss) {
    await sleep(at + loss.pauseMs - Date.now());
    first.kill('SIGCONT');
    await sleep(3_000);
  }
  await until(async () => (await writes(namespace)).some(wroteInstead), 30_000);
  second.kill('SIGKILL');
  first.kill('SIGKILL');
  return { namespace, tookMs };
}

function wroteInstead({ by, lease: renewal }: Write): boolean {
  return by === 'second' && !renewal;
}

/** Two candidates, of which the first leads and has written something. */
async function elect() {
  const namespace = await cluster.freshNamespace();
  const first = stand(namespace, 'first');
  await until(async () => (await holder(namespace)) === `first-${namespace}`, 30_000);
  const second = stand(namespace, 'second');
  // The second has to have seen the Lease: it times it by its own clock.
  await sleep(3_000);
  await until(
    async () => (await writes(namespace)).some(({ by, lease: renewal }) => by === 'first' && !renewal),
    30_000,
  );
  return { namespace, first, second };
}

function stand(namespace: string, who: string): ChildProcess {
  const args = [CANDIDATE, cluster.kubeconfig(), namespace, LEASE, `${who}-${namespace}`];
  const candidate = spawn(process.execPath, args, { stdio: 'ignore' });
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
