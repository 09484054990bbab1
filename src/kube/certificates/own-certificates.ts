import type { CertificateRules } from '../../core/certificates/plan.ts';
import type { Log } from '../../log.ts';
import type { Api } from '../api.ts';
import type { Clock } from '../reflector.ts';
import { createCaBundleKeeper, type WebhookConfiguration } from './ca-bundle.ts';
import type { Contents, PemPair } from './contents.ts';
import { createCertificateKeeper, type Issued } from './keeper.ts';

/** Certificates of our own making: a Secret that the replicas share, and the caBundle of our webhooks. */
export type OwnCertificates = {
  /** What is to be served; undefined until the Secret was read or made. */
  readonly serving: () => PemPair | undefined;
  /** Whether the API server has been told to trust what is served; from then on it is kept so. */
  readonly trusted: () => boolean;
  /** Why the certificates, or what the API server is to trust, cannot be kept; undefined while all is well. */
  readonly problem: () => string | undefined;
  readonly run: (stop: AbortSignal) => Promise<void>;
};

export type OwnCertificatesOptions = {
  readonly api: Api;
  readonly secret: { readonly namespace: string; readonly name: string };
  readonly configurations: readonly WebhookConfiguration[];
  readonly rules: CertificateRules;
  readonly issue: (now: number) => Promise<Issued>;
  /** Another pair is to be served. */
  readonly changed: (serving: PemPair) => void;
  readonly clock: Clock;
  readonly log: Log;
};

export function createOwnCertificates(options: OwnCertificatesOptions): OwnCertificates {
  const { api, configurations, changed, clock, log } = options;
  const certificates = createCertificateKeeper({
    ...options,
    published: (contents) => bundles.has(bundleOf(contents)),
    changed: (contents) => {
      changed(contents.serving);
      bundles.poke();
    },
  });
  const bundles = createCaBundleKeeper({
    api,
    configurations,
    bundle: () => {
      const contents = certificates.contents();
      return contents && bundleOf(contents);
    },
    changed: certificates.poke,
    clock,
    log,
  });
  let trusted = false;
  return {
    serving: () => certificates.contents()?.serving,
    trusted: () => {
      const contents = certificates.contents();
      trusted ||= contents !== undefined && bundles.has(bundleOf(contents));
      return trusted;
    },
    problem: () => certificates.problem() ?? bundles.problem(),
    run: async (stop) => {
      await Promise.all([certificates.run(stop), bundles.run(stop)]);
    },
  };
}

function bundleOf({ authorities }: Contents): string {
  return authorities.join('');
}
