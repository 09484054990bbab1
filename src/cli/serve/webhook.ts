import type { AddressInfo } from 'node:net';
import { type Config, readConfig } from '../../config.ts';
import { admit, samePolicyEverywhere } from '../../core/admission/admit.ts';
import type { World } from '../../core/admission/world.ts';
import { compileCatalog } from '../../core/catalog/lookup.ts';
import type { Profile } from '../../core/catalog/profile.ts';
import type { NamespacePolicy } from '../../core/policy/namespace-policy.ts';
import { createWebhookMetrics } from '../../http/metrics.ts';
import { type Certificates, issueCertificates } from '../../http/self-signed.ts';
import { createWebhookServer, type WebhookServer } from '../../http/server.ts';
import type { Log } from '../../log.ts';
import { UsageError } from '../usage-error.ts';
import { USUAL_PORT } from './usual-port.ts';

export type FirstLook = {
  readonly server: WebhookServer;
  readonly address: AddressInfo;
  readonly certificates: Certificates;
  /** Set where another port was taken than the usual one. */
  readonly note?: string;
};

type WebhookInput = {
  readonly world: World;
  readonly policy: NamespacePolicy;
  readonly host: string;
  /** Undefined: the usual one, or a free one where that is taken. */
  readonly port: number | undefined;
  readonly log: Log;
  readonly now: () => number;
};

const VALID_DAYS = 30;

/** Starts the webhook for a first look: one policy for all namespaces, and a certificate of its own making. */
export async function startWebhook(input: WebhookInput): Promise<FirstLook> {
  const certificates = await issueCertificates({
    names: ['localhost', '127.0.0.1', '::1'],
    now: input.now(),
    validDays: VALID_DAYS,
  });
  const wanted = input.port ?? USUAL_PORT;
  try {
    return { ...(await listenOn(wanted, input, certificates)), certificates };
  } catch (error) {
    const code = listenError(error);
    if (code === undefined) throw error;
    if (code === 'EADDRINUSE' && input.port === undefined) {
      const started = await listenOn(0, input, certificates);
      return {
        ...started,
        certificates,
        note: `port ${wanted} is taken, so it is ${started.address.port} this time`,
      };
    }
    throw new UsageError(whyNot(code, input.host, wanted), { cause: error });
  }
}

/** The code of an error of `listen`, that people can do something about. */
function listenError(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('syscall' in error) || !('code' in error))
    return undefined;
  return error.syscall === 'listen' || error.syscall === 'getaddrinfo' ? String(error.code) : undefined;
}

function whyNot(code: string, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is taken: choose another with --port, or 0 for a free one`;
    case 'EACCES':
      return `port ${port} needs more rights than you have: choose one above 1023 with --port`;
    default:
      return `cannot listen on ${host}, port ${port} (${code}): choose another with --host and --port`;
  }
}

async function listenOn(
  port: number,
  { world, policy, host, log, now }: WebhookInput,
  { serving }: Certificates,
): Promise<{ server: WebhookServer; address: AddressInfo }> {
  const policies = samePolicyEverywhere(policy);
  let listening = false;
  const server = createWebhookServer({
    admit: (request) => admit(request, world, policies, now()),
    revision: () => 0,
    config: { ...defaultConfig(), host, port },
    tls: { certificate: serving.certificate, key: serving.key },
    // Why it cannot listen is told by whoever waits for it.
    log: { ...log, error: (message, fields) => listening && log.error(message, fields) },
    metrics: createWebhookMetrics({ catalogSize: () => world.catalog.size }),
    ready: () => [],
  });
  const address = await server.listen();
  listening = true;
  return { server, address };
}

/** What an installation decides by, where nobody sets anything. */
export function webhookWorld(profiles: readonly Profile[]): World {
  const { podAnnotations, namespacedExemptions, mirrors, imageVolumePaths, emptyDirMode } = defaultConfig();
  return {
    catalog: compileCatalog(profiles, { mirrors, namespacedExemptions }),
    settings: { podAnnotations, record: true, runtime: { imageVolumePaths, emptyDirMode } },
  };
}

/** The server's settings as they are where nobody sets any. */
function defaultConfig(): Config {
  const read = readConfig({});
  if (read.kind === 'config') return read.config;
  throw new Error('an empty environment must make a configuration');
}
