import { isArray, isObject, type JsonObject, textOf } from '../../core/json.ts';
import type { Log } from '../../log.ts';
import type { Api } from '../api.ts';
import type { Clock } from '../reflector.ts';
import { createStore, type Store } from '../store.ts';
import { createWorker, type Worker } from '../worker.ts';

/** Keeps the caBundle of our webhooks as it has to be; touches nothing else of their configurations. */
export type CaBundleKeeper = Worker & {
  /** Whether each of our webhooks has this bundle. */
  readonly has: (bundle: string) => boolean;
};

export type WebhookConfiguration = {
  readonly plural: 'mutatingwebhookconfigurations' | 'validatingwebhookconfigurations';
  readonly name: string;
};

export type CaBundleKeeperOptions = {
  readonly api: Api;
  readonly configurations: readonly WebhookConfiguration[];
  /** PEM certificates; undefined as long as there are none. */
  readonly bundle: () => string | undefined;
  /** A configuration, or what is in it, is another. */
  readonly changed: () => void;
  readonly clock: Clock;
  readonly log: Log;
};

const GROUP = '/apis/admissionregistration.k8s.io/v1';
/** The chart's webhooks, whatever their number. */
const OURS = '.rootlock.dev';
const FIELD_MANAGER = 'rootlock-webhook';
const LOOK_MS = 60_000;

type Webhook = { readonly index: number; readonly name: string; readonly caBundle: string };
type Configuration = { readonly path: string; readonly store: Store<readonly Webhook[]> };

export function createCaBundleKeeper(options: CaBundleKeeperOptions): CaBundleKeeper {
  const { api, bundle, changed, clock, log } = options;
  const configurations = options.configurations.map(({ plural, name }): Configuration => {
    const store = createStore({
      api,
      path: `${GROUP}/${plural}`,
      query: { fieldSelector: `metadata.name=${name}` },
      read: ourWebhooks,
      same: (before, after) => JSON.stringify(before) === JSON.stringify(after),
      changed: () => {
        worker.poke();
        changed();
      },
      clock,
      log,
    });
    return { path: `${GROUP}/${plural}/${name}`, store };
  });

  const work = async (stop: AbortSignal): Promise<number> => {
    const wanted = bundle();
    if (wanted === undefined) return LOOK_MS;
    for (const { path, store } of configurations) {
      const stale = store
        .values()
        .flat()
        .filter(({ caBundle }) => caBundle !== base64(wanted));
      if (stale.length === 0) continue;
      await api.json({
        method: 'PATCH',
        path,
        query: { fieldManager: FIELD_MANAGER },
        contentType: 'application/json-patch+json',
        body: stale.flatMap((webhook) => patchFor(webhook, base64(wanted))),
        signal: stop,
      });
      log.info('caBundle patched', { path, webhooks: stale.map(({ name }) => name) });
    }
    return LOOK_MS;
  };

  const worker = createWorker({ name: 'keeping the caBundle', work, clock, log });
  return {
    ...worker,
    has: (pem) =>
      configurations.every(
        ({ store }) =>
          store.synced() &&
          store
            .values()
            .flat()
            .every(({ caBundle }) => caBundle === base64(pem)),
      ),
    async run(stop) {
      await Promise.all([...configurations.map(({ store }) => store.run(stop)), worker.run(stop)]);
    },
  };
}

function ourWebhooks({ webhooks }: JsonObject): readonly Webhook[] {
  return (isArray(webhooks) ? webhooks : []).flatMap((webhook, index) => {
    const name = isObject(webhook) ? textOf(webhook.name) : undefined;
    if (!isObject(webhook) || name === undefined || !name.endsWith(OURS)) return [];
    const client = isObject(webhook.clientConfig) ? webhook.clientConfig : {};
    return [{ index, name, caBundle: textOf(client.caBundle) ?? '' }];
  });
}

/** The test refuses the patch where the list has changed meanwhile. */
function patchFor({ index, name }: Webhook, caBundle: string) {
  return [
    { op: 'test', path: `/webhooks/${index}/name`, value: name },
    { op: 'add', path: `/webhooks/${index}/clientConfig/caBundle`, value: caBundle },
  ];
}

function base64(pem: string): string {
  return Buffer.from(pem).toString('base64');
}
