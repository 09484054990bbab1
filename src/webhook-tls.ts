import { X509Certificate } from 'node:crypto';
import type { Config } from './config.ts';
import type { ReadyCheck } from './http/app.ts';
import { issueCertificates } from './http/self-signed.ts';
import { expiryOf, type TlsMaterial } from './http/tls.ts';
import type { Api } from './kube/api.ts';
import type { WebhookConfiguration } from './kube/certificates/ca-bundle.ts';
import type { Issued } from './kube/certificates/keeper.ts';
import { createOwnCertificates } from './kube/certificates/own-certificates.ts';
import type { Clock } from './kube/reflector.ts';
import type { Log } from './log.ts';
import { pollFiles, readClientAuthorities, readTlsFiles } from './tls-files.ts';

/** What the webhook shows its clients, and where that comes from: files, or a Secret that the replicas keep. */
export type WebhookTls = {
  /** To begin with. */
  readonly material: TlsMaterial;
  /** Whether clients can be served with what there is. */
  readonly check: () => ReadyCheck;
  /** Why the certificates cannot be kept as they should, long before that hurts; undefined while all is well. */
  readonly problem: () => string | undefined;
  /** Hands on whatever is to be served from now on, until it is stopped. */
  readonly run: (take: (material: TlsMaterial) => void, stop: AbortSignal) => Promise<void>;
};

export type WebhookTlsOptions = {
  readonly config: Config;
  readonly api: Api;
  readonly clock: Clock;
  readonly log: Log;
};

const POLL_MS = 2_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Whatever was written is known to all replicas and API servers after this, with a large margin. */
const SETTLE_MS = 5 * 60_000;
/** Of a certificate's life, for lives so short that they are made for trying it out. */
const SETTLE_SHARE = 1 / 12;
/** Of a certificate's life: with less than that left, nobody seems to renew it. */
const LATE_SHARE = 1 / 5;

export function openTls(options: WebhookTlsOptions): Promise<WebhookTls> {
  return options.config.tlsCertFile === '' ? ownTls(options) : filesTls(options);
}

async function filesTls({ config, api, clock, log }: WebhookTlsOptions): Promise<WebhookTls> {
  const paths = {
    certificate: config.tlsCertFile,
    key: config.tlsKeyFile,
    clientAuthorities: config.clientCaFile,
  };
  const material = await readTlsFiles(paths);
  let served = material;
  const problem = () => nearsItsEnd(served, api.now());
  const take = (taker: (read: TlsMaterial) => void) => (read: TlsMaterial) => {
    taker(read);
    served = read;
  };
  return {
    material,
    check: () => certificateCheck(expiryOf(served), api.now()),
    problem,
    async run(taker, stop) {
      const poll = { everyMs: POLL_MS, take: take(taker), sleep: clock.sleep, log };
      await Promise.all([
        pollFiles(material, { ...poll, read: () => readTlsFiles(paths) }, stop),
        tellHourly(problem, { clock, log }, stop),
      ]);
    },
  };
}

/** Whoever keeps the files is late: certificates are renewed when a third of their life is left, or earlier. */
function nearsItsEnd({ certificate }: TlsMaterial, now: number): string | undefined {
  const { validFromDate: from, validToDate: until } = new X509Certificate(certificate);
  const left = (until.getTime() - now) / (until.getTime() - from.getTime());
  return left < LATE_SHARE
    ? `the certificate ends at ${until.toISOString()}, and there is no new one`
    : undefined;
}

async function tellHourly(
  problem: () => string | undefined,
  { clock, log }: Pick<WebhookTlsOptions, 'clock' | 'log'>,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    const because = problem();
    if (because !== undefined) log.warn('the certificate files are not renewed', { because });
    await clock.sleep(HOUR_MS, stop);
  }
}

/** Until the Secret is read or made, probes are answered with a pair that nobody trusts. */
async function ownTls({ config, api, clock, log }: WebhookTlsOptions): Promise<WebhookTls> {
  const rules = rulesFor(config);
  const issue = (now: number) => issueFor(rules, now);
  const { serving } = await issue(api.now());
  let client = await readClientAuthorities(config.clientCaFile);
  let take: (material: TlsMaterial) => void = () => undefined;
  const certificates = createOwnCertificates({
    api,
    secret: { namespace: config.namespace, name: config.tlsSecret },
    configurations: configurationsOf(config),
    rules,
    issue,
    changed: (pair) => take({ ...pair, ...client }),
    clock,
    log,
  });
  return {
    material: { ...serving, ...client },
    check: () => {
      const pair = certificates.serving();
      if (pair && certificates.trusted()) return certificateCheck(expiryOf(pair), api.now());
      const because = pair ? 'the API server does not trust it yet' : 'there is none yet';
      return { name: 'certificate', ok: false, because: certificates.problem() ?? because };
    },
    problem: certificates.problem,
    async run(taker, stop) {
      take = taker;
      const takeClient = (read: typeof client) => {
        client = read;
        take({ ...(certificates.serving() ?? serving), ...client });
      };
      const poll = { everyMs: POLL_MS, take: takeClient, sleep: clock.sleep, log };
      await Promise.all([
        certificates.run(stop),
        pollFiles(client, { ...poll, read: () => readClientAuthorities(config.clientCaFile) }, stop),
      ]);
    },
  };
}

type Rules = {
  readonly names: readonly string[];
  readonly lifetimeMs: number;
  readonly settleMs: number;
};

/** The API server calls the Service; loopback is for whoever forwards a port to look at metrics. */
function rulesFor({ service, namespace, certificateLifetime }: Config): Rules {
  const lifetimeMs = certificateLifetime * 1000;
  return {
    names: [`${service}.${namespace}.svc`, 'localhost', '127.0.0.1'],
    lifetimeMs,
    settleMs: Math.min(SETTLE_MS, lifetimeMs * SETTLE_SHARE),
  };
}

async function issueFor({ names, lifetimeMs }: Rules, now: number): Promise<Issued> {
  const { authority, serving } = await issueCertificates({ names, now, validDays: lifetimeMs / DAY_MS });
  return { authority: authority.certificate, serving };
}

function configurationsOf({
  mutatingConfiguration,
  validatingConfiguration,
}: Config): readonly WebhookConfiguration[] {
  const all: readonly WebhookConfiguration[] = [
    { plural: 'mutatingwebhookconfigurations', name: mutatingConfiguration },
    { plural: 'validatingwebhookconfigurations', name: validatingConfiguration },
  ];
  return all.filter(({ name }) => name !== '');
}

/** A certificate that nears its end still serves: a replica that is not ready before its time helps nobody. */
function certificateCheck(expiry: number, now: number): ReadyCheck {
  if (now < expiry) return { name: 'certificate', ok: true };
  return { name: 'certificate', ok: false, because: `it ended at ${new Date(expiry).toISOString()}` };
}
