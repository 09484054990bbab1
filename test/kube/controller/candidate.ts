/**
 * A process that stands for election, and while it leads writes ConfigMaps all the time through the fence:
 * `node candidate.ts KUBECONFIG NAMESPACE LEASE IDENTITY`. It tells on standard output when it
 * stands, and when it begins and ends to lead.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { createApi } from '../../../src/kube/api.ts';
import { systemClock } from '../../../src/kube/clock.ts';
import { fence } from '../../../src/kube/controller/fence.ts';
import { runForLeader } from '../../../src/kube/controller/leader-election.ts';
import type { Term } from '../../../src/kube/controller/term.ts';
import { silentLog } from '../../support/silent-log.ts';

const WRITERS = 4;
/** Often enough for one of them to be under way at any moment, and not all that the API server has to do. */
const PAUSE_MS = 25;
const [kubeconfig = '', namespace = '', name = '', identity = ''] = process.argv.slice(2);

const config = new KubeConfig();
config.loadFromFile(kubeconfig);
const api = createApi(config, identity);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

console.log('standing');
await runForLeader(
  {
    api,
    namespace,
    name,
    identity,
    clock: systemClock,
    instant: () => ({ monotonic: performance.now(), wall: Date.now() }),
    log: silentLog,
  },
  async (term) => {
    console.log('leading');
    await Promise.all(Array.from({ length: WRITERS }, () => write(term)));
    console.log('led');
  },
  stop.signal,
);

async function write(term: Term): Promise<void> {
  const fenced = fence(api, term);
  while (!term.ending.aborted) {
    const body = { metadata: { generateName: `${identity}-`, labels: { by: identity } } };
    await fenced
      .json({ method: 'POST', path: `/api/v1/namespaces/${namespace}/configmaps`, body })
      .catch(() => undefined);
    await sleep(PAUSE_MS);
  }
}
