import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { createApi } from '../../src/kube/api.ts';
import { systemClock } from '../../src/kube/clock.ts';
import { createStore, type Store } from '../../src/kube/store.ts';
import { type FaultProxy, startFaultProxy } from '../support/control-plane/fault-proxy.ts';
import type { Fault } from '../support/control-plane/faults.ts';
import { controlPlane, freshNamespace } from '../support/control-plane/shared.ts';
import { silentLog } from '../support/silent-log.ts';
import { until } from '../support/until.ts';

/**
 * How long a fault lasts, how soon after its end the store is to be right again (half a minute between two tries at most,
 * and what a busy machine takes besides), and what it may ask for meanwhile.
 */
const FAULT_MS = 8_000;
const RECOVERY_MS = 90_000;
const REQUESTS_PER_SECOND = 1;

type Row = {
  readonly fault: string;
  readonly begin: (proxy: FaultProxy) => unknown;
  readonly end?: (proxy: FaultProxy) => unknown;
};

const ROWS: readonly Row[] = [
  { fault: '500', begin: answering(500) },
  {
    fault: '429 with Retry-After',
    begin: (proxy) => {
      proxy.inject({ kind: 'answer', status: 429, retryAfterSeconds: 2 });
      proxy.cut();
    },
  },
  { fault: '403', begin: answering(403) },
  { fault: '410', begin: answering(410) },
  {
    fault: '410 within each watch',
    begin: (proxy) => {
      proxy.inject({ kind: 'expired-watch' }, { verb: 'watch' });
      proxy.expireWatches();
    },
  },
  {
    fault: 'events that cannot be parsed',
    begin: (proxy) => {
      proxy.inject({ kind: 'garbled-watch' }, { verb: 'watch' });
      proxy.cut();
    },
  },
  { fault: 'refused connections', begin: (proxy) => proxy.refuse(), end: (proxy) => proxy.accept() },
  { fault: 'connections that went silent', begin: (proxy) => proxy.silence(), end: (proxy) => proxy.cut() },
  { fault: 'connections that are cut', begin: breaking({ kind: 'cut' }) },
  { fault: 'requests without an answer', begin: breaking({ kind: 'silent' }) },
];

function answering(status: number) {
  return breaking({ kind: 'answer', status });
}

/** The open watch is cut as well, so that the fault is met at once. */
function breaking(fault: Fault) {
  return (proxy: FaultProxy) => {
    proxy.inject(fault);
    proxy.cut();
  };
}

/** All rows fail at the same time, each behind a proxy of its own: the table takes as long as its slowest row. */
describe('a store whose API server fails', () => {
  const outcomes = new Map<string, Promise<Outcome>>();
  const stop = new AbortController();
  beforeAll(() => {
    for (const row of ROWS) {
      const outcome = play(row, stop.signal);
      outcome.catch(() => undefined);
      outcomes.set(row.fault, outcome);
    }
  });
  afterAll(() => stop.abort());

  test.each(ROWS)(
    'survives $fault: right again soon after, and never above a request a second',
    async ({ fault }) => {
      const outcome = await outcomes.get(fault);
      expect(outcome?.kept).toContain('before');
      expect(outcome?.after).toEqual(['before', 'during']);
      expect(outcome?.requests).toBeLessThanOrEqual((outcome?.seconds ?? 0) * REQUESTS_PER_SECOND + 1);
    },
  );
});

type Outcome = {
  /** What the store held while the fault lasted, and when it was over. */
  readonly kept: readonly string[];
  readonly after: readonly string[];
  /** What was asked for meanwhile, and how long that was: FAULT_MS, or longer on a busy machine. */
  readonly requests: number;
  readonly seconds: number;
};

async function play({ begin, end = () => undefined }: Row, stop: AbortSignal): Promise<Outcome> {
  const namespace = await freshNamespace();
  const proxy = await startFaultProxy(controlPlane());
  const store = storeBehind(proxy, namespace);
  const running = store.run(stop);
  await make(namespace, 'before');
  await until(() => store.values().includes('before'), RECOVERY_MS);

  const asked = proxy.count();
  const began = performance.now();
  await begin(proxy);
  await make(namespace, 'during');
  await sleep(FAULT_MS);
  const kept = store.values();
  const requests = proxy.count() - asked;
  const seconds = (performance.now() - began) / 1000;
  proxy.heal();
  await end(proxy);
  await until(() => store.values().includes('during'), RECOVERY_MS).catch(() => undefined);
  const after = store.values();
  stop.addEventListener('abort', () => void proxy.stop());
  void running;
  return { kept, after: after.toSorted(), requests, seconds };
}

function storeBehind(proxy: FaultProxy, namespace: string): Store<string> {
  const config = new KubeConfig();
  config.loadFromFile(controlPlane().kubeconfigFor({ token: controlPlane().adminToken, server: proxy.url }));
  return createStore({
    api: createApi(config, 'rootlock-test'),
    path: `/api/v1/namespaces/${namespace}/configmaps`,
    query: { labelSelector: 'rootlock-test=1' },
    read: (object) => String((object.metadata as { name: string }).name),
    same: (a, b) => a === b,
    changed: () => undefined,
    clock: systemClock,
    log: silentLog,
  });
}

async function make(namespace: string, name: string): Promise<void> {
  const body = { metadata: { name, labels: { 'rootlock-test': '1' } } };
  await controlPlane().request({ method: 'POST', path: `/api/v1/namespaces/${namespace}/configmaps`, body });
}
