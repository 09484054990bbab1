import { isArray, isObject } from '../../src/core/json.ts';
import type { Connection } from '../support/control-plane/connection.ts';
import { waitUntil } from '../support/control-plane/wait-until.ts';
import { type Installation, type InstallOptions, install } from './installation.ts';
import { createPod, hardening } from './pods.ts';
import type { WebhookProcess } from './webhook-process.ts';

/** An installation with one replica, which the API server calls. */
export async function installTrusted(
  cluster: Connection,
  options?: InstallOptions,
): Promise<{ readonly installation: Installation; readonly webhook: WebhookProcess }> {
  const installation = await install(cluster, options);
  const webhook = await installation.start();
  try {
    await webhook.ready();
    await untilTrusted(cluster, installation);
  } catch (error) {
    await webhook.stop();
    throw error;
  }
  return { installation, webhook };
}

/**
 * Until the API server calls the webhook for pods, which it does only where it trusts its certificate: before, pods are
 * refused under Fail, and left alone under Ignore.
 */
export async function untilTrusted(cluster: Connection, { optedIn }: Installation): Promise<void> {
  const namespace = await optedIn();
  await waitUntil('the API server trusts the webhook', async () => {
    const answer = await createPod(cluster, namespace, { dryRun: true });
    return hardening(answer).readOnly === true || undefined;
  });
}

/** The caBundle of each webhook of the installation, PEM; '' where there is none. */
export async function bundlesOf(
  cluster: Connection,
  { configurationPaths }: Installation,
): Promise<readonly string[]> {
  const all = await Promise.all(
    Object.values(configurationPaths).map(async (path) => {
      const { body } = await cluster.request({ path });
      const webhooks = isObject(body) && isArray(body.webhooks) ? body.webhooks : [];
      return webhooks.map((webhook) => {
        const client = isObject(webhook) && isObject(webhook.clientConfig) ? webhook.clientConfig : {};
        return Buffer.from(String(client.caBundle ?? ''), 'base64').toString();
      });
    }),
  );
  return all.flat();
}

/** What the API server trusts when it calls for a pod. */
export async function trustedBy(cluster: Connection, installation: Installation): Promise<string> {
  const [bundle = ''] = await bundlesOf(cluster, installation);
  return bundle;
}
