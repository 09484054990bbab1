import { type CertificateRules, type CertificateStep, nextStep } from '../../core/certificates/plan.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Log } from '../../log.ts';
import { type Api, ApiError } from '../api.ts';
import type { Clock } from '../reflector.ts';
import { createStore } from '../store.ts';
import { createWorker, type Worker } from '../worker.ts';
import {
  type Contents,
  dataOf,
  heldIn,
  type PemPair,
  readContents,
  SECRET_TYPE,
  signersOf,
} from './contents.ts';

/** Keeps the Secret with the serving certificate, together with the other replicas. */
export type CertificateKeeper = Worker & {
  /** The last good state: what to serve and what to have trusted. Undefined until there was one. */
  readonly contents: () => Contents | undefined;
};

export type CertificateKeeperOptions = {
  readonly api: Api;
  readonly secret: { readonly namespace: string; readonly name: string };
  readonly rules: CertificateRules;
  /** Makes an authority that signs this one pair, and the pair. */
  readonly issue: (now: number) => Promise<Issued>;
  /** Whether these authorities are in each caBundle. */
  readonly published: (contents: Contents) => boolean;
  /** What is to be served or trusted is another. */
  readonly changed: (contents: Contents) => void;
  readonly clock: Clock;
  readonly log: Log;
};

export type Issued = { readonly authority: string; readonly serving: PemPair };

/** A clock may jump, or a step be someone else's that failed: looked at so often in any case. */
const LOOK_MS = 30_000;
const LABELS = { 'app.kubernetes.io/name': 'rootlock', 'app.kubernetes.io/component': 'webhook' };
/** What was trusted before the last change, and before that; more than these nobody can still be serving. */
const MAX_AUTHORITIES = 3;

export function createCertificateKeeper(options: CertificateKeeperOptions): CertificateKeeper {
  const { api, secret, rules, issue, published, changed, clock, log } = options;
  const path = `/api/v1/namespaces/${secret.namespace}/secrets`;
  let last: Contents | undefined;

  const store = createStore<JsonObject>({
    api,
    path,
    query: { fieldSelector: `metadata.name=${secret.name}` },
    read: (object) => object,
    same: () => false,
    changed: () => worker.poke(),
    clock,
    log,
  });

  const work = async (stop: AbortSignal): Promise<number> => {
    if (!store.synced()) return LOOK_MS;
    const object = store.get(`${secret.namespace}/${secret.name}`);
    const read = object && readContents(object.data);
    if (read) take(read);
    const now = api.now();
    const held = heldIn(last, read !== undefined);
    const step = nextStep(held, rules, { now, published: last !== undefined && published(last) });
    if (step.kind === 'keep') return Math.min(LOOK_MS, step.until - now);
    const contents = await contentsAfter(step.kind, last, { issue, now });
    await write(object, contents, stop);
    log.info('certificates', { step: step.kind, authorities: contents.authorities.length });
    return LOOK_MS;
  };

  const take = (read: Contents) => {
    if (last && JSON.stringify(last) === JSON.stringify(read)) return;
    last = read;
    changed(read);
  };

  /** Of several replicas that take the same step one succeeds; the others see the outcome in their watch. */
  const write = async (object: JsonObject | undefined, contents: Contents, stop: AbortSignal) => {
    const data = dataOf(contents);
    try {
      if (object) {
        await api.json({
          method: 'PUT',
          path: `${path}/${secret.name}`,
          body: { ...object, data },
          signal: stop,
        });
      } else {
        const metadata = { name: secret.name, labels: LABELS };
        await api.json({ method: 'POST', path, body: { metadata, type: SECRET_TYPE, data }, signal: stop });
      }
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
      log.debug('another replica was first', { secret: secret.name });
    }
  };

  const worker = createWorker({ name: 'keeping the certificates', work, clock, log });
  return {
    ...worker,
    contents: () => last,
    async run(stop) {
      await Promise.all([store.run(stop), worker.run(stop)]);
    },
  };
}

type Change = Exclude<CertificateStep['kind'], 'keep'>;
type Issue = { readonly issue: CertificateKeeperOptions['issue']; readonly now: number };

async function contentsAfter(
  step: Change,
  before: Contents | undefined,
  { issue, now }: Issue,
): Promise<Contents> {
  switch (step) {
    case 'start': {
      const { authority, serving } = await issue(now);
      return { serving, authorities: newest([authority, ...(before?.authorities ?? [])]), changed: now };
    }
    case 'announce': {
      const { serving, authorities } = known(before);
      const { authority, serving: next } = await issue(now);
      const signers = signersOf({ serving, authorities });
      return { serving, next, authorities: newest([authority, ...signers, ...authorities]), changed: now };
    }
    case 'switch': {
      const { next, authorities } = known(before);
      return { serving: known(next), authorities, changed: now };
    }
    case 'forget':
      return { ...known(before), authorities: signersOf(known(before)), changed: now };
  }
}

function newest(authorities: readonly string[]): readonly string[] {
  return [...new Set(authorities)].slice(0, MAX_AUTHORITIES);
}

/** The plan takes such a step only where there is something to take it from. */
function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected certificates to go on from, but there are none');
  return value;
}
