import {
  collectProcessMetrics,
  createWebhookMetrics,
  registerGauges,
  type WebhookMetrics,
} from './http/metrics.ts';
import { createWaitMetrics, type WaitMetrics } from './kube/metrics.ts';

/** What the gauges are read from, when somebody asks. */
export type WebhookGauges = {
  readonly catalogSize: () => number;
  readonly malformed: () => number;
  /** Milliseconds. */
  readonly staleness: () => number;
  readonly renewalFails: () => boolean;
};

/** All metrics of the webhook's process; docs/metrics.md tells of them. */
export function webhookMetrics({
  catalogSize,
  malformed,
  staleness,
  renewalFails,
}: WebhookGauges): WebhookMetrics & WaitMetrics {
  const metrics = createWebhookMetrics({ catalogSize });
  collectProcessMetrics(metrics.registry);
  const waits = createWaitMetrics(metrics.registry);
  registerGauges(metrics.registry, [
    {
      name: 'rootlock_catalog_malformed_profiles',
      help: 'Profiles that are left out because they cannot be read; the log names them.',
      read: malformed,
    },
    {
      name: 'rootlock_watch_staleness_seconds',
      help: 'For how long the API server has not answered one of the watches: half a minute while all is well.',
      read: () => staleness() / 1000,
    },
    {
      name: 'rootlock_webhook_certificate_renewal_failing',
      help: '1 while the certificate or the caBundle cannot be kept as they should; the log says why.',
      read: () => Number(renewalFails()),
    },
  ]);
  return { ...metrics, ...waits };
}
