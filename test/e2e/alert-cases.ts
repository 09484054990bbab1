/** What Prometheus sees over time, and which alerts fire when. Series are in promtool's notation, a value each 30 s. */
export type AlertCase = {
  readonly title: string;
  /** The alerts that the case is about. */
  readonly about: readonly string[];
  /** Series that differ from those of a healthy installation; '' is none. */
  readonly series: Readonly<Record<string, string>>;
  /** All that fire, by the time since the beginning: `RootlockPodsMissed namespace=shop`. */
  readonly fires: Readonly<Record<string, readonly string[]>>;
};

const LONG = 400;
const always = (value: number) => `${value}x${LONG}`;
/** From the second value on. */
const then = (values: string, value: number) => `${values} ${value}x${LONG}`;

type Labels = Readonly<Record<string, string>>;

const replica = (component: 'webhook' | 'controller', index: number) => {
  const port = component === 'webhook' ? 8443 : 8080;
  const target = { job: `rootlock-${component}`, instance: `10.0.0.${index}:${port}` };
  return (metric: string, labels: Labels = {}) => {
    const all = { namespace: 'rootlock-system', ...target, ...labels };
    return `${metric}{${Object.entries(all)
      .map(([label, value]) => `${label}="${value}"`)
      .join(',')}}`;
  };
};

/** Two of each, and one that comes in place of another. */
const [one, two, newcomer] = [1, 2, 3].map((index) => replica('webhook', index)) as [Of, Of, Of];
const [leader, second] = [4, 5].map((index) => replica('controller', index)) as [Of, Of];
type Of = ReturnType<typeof replica>;

const DURATION = 'rootlock_admission_duration_seconds_bucket';
const STALENESS = 'rootlock_watch_staleness_seconds';
const STEPPED_BACK = { outcome: 'stepped-back' };

function healthyWebhook(of: Of): Record<string, string> {
  return {
    [of('rootlock_webhook_ready')]: always(1),
    [of('rootlock_webhook_errors_total', { kind: 'decision' })]: always(0),
    [of('rootlock_webhook_errors_total', { kind: 'answer' })]: always(0),
    [of('rootlock_webhook_errors_total', { kind: 'handshake' })]: `0+1x${LONG}`,
    [of(DURATION, { le: '0.005' })]: `0+990x${LONG}`,
    [of(DURATION, { le: '1' })]: `0+1000x${LONG}`,
    [of(DURATION, { le: '+Inf' })]: `0+1000x${LONG}`,
    [of('rootlock_admission_shed_total', { limit: 'requests' })]: always(0),
    [of('rootlock_admission_shed_total', { limit: 'bytes' })]: always(0),
    [of('rootlock_webhook_certificate_renewal_failing')]: always(0),
    [of('rootlock_catalog_malformed_profiles')]: always(0),
    [of(STALENESS)]: always(29),
  };
}

function healthyController(of: Of, leads: boolean): Record<string, string> {
  return {
    [of('rootlock_controller_leader')]: always(Number(leads)),
    [of('rootlock_heals_total', { ...STEPPED_BACK, cause: 'no-path' })]: always(0),
    [of('rootlock_heals_total', { ...STEPPED_BACK, cause: 'few-tries' })]: always(0),
    [of('rootlock_heals_total', { outcome: 'healed', cause: '' })]: `0+1x${LONG}`,
    [of(STALENESS)]: always(29),
    ...(leads && {
      [of('rootlock_queue_depth', { controller: 'usage' })]: always(5),
      [of('rootlock_profiles', { source: 'builtin', state: 'counts' })]: always(300),
      [of('rootlock_pods', { namespace: 'shop', hardened: 'true', reason: '' })]: always(12),
    }),
  };
}

export const HEALTHY: Readonly<Record<string, string>> = {
  ...healthyWebhook(one),
  ...healthyWebhook(two),
  ...healthyController(leader, true),
  ...healthyController(second, false),
};

const without = (series: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.keys(series).map((name) => [name, '']));
/** A process that ends: its series end with its target. */
const endsAfter = (series: Readonly<Record<string, string>>, count: number) =>
  Object.fromEntries(
    Object.entries(series).map(([name, values]) => [name, `${values.replace(/x\d+$/, `x${count}`)} stale`]),
  );

const failOpen = (name: string) =>
  `apiserver_admission_webhook_fail_open_count{instance="10.0.1.1:6443",name="${name}",type="admit"}`;
const rejected = (errorType: string) =>
  `apiserver_admission_webhook_rejection_count{instance="10.0.1.1:6443",name="pods.rootlock.dev",type="admit",operation="CREATE",error_type="${errorType}",rejection_code="0"}`;

const failing = (of: Of, hardened = 'true') => of('rootlock_failing_pods', { namespace: 'shop', hardened });
const missed = (of: Of, reason = 'older-profile') =>
  of('rootlock_missed_pods', { namespace: 'shop', reason });
const waiting = (of: Of) => of('rootlock_profiles', { source: 'learned', state: 'needs-approval' });

export const ALERT_CASES: readonly AlertCase[] = [
  {
    title: 'of none while all is well',
    about: [],
    series: {},
    fires: { '30s': [], '10m': [], '3h': [] },
  },
  {
    title: 'of no webhook while there is none at all',
    about: ['RootlockWebhookAway'],
    series: { ...without(healthyWebhook(one)), ...without(healthyWebhook(two)) },
    fires: { '4m': [], '6m': ['RootlockWebhookAway'] },
  },
  {
    title: 'of no webhook while both answer, and neither is ready',
    about: ['RootlockWebhookAway'],
    series: {
      [one('rootlock_webhook_ready')]: then('1x20', 0),
      [two('rootlock_webhook_ready')]: then('1x20', 0),
    },
    fires: { '10m': [], '14m': [], '16m': ['RootlockWebhookAway'] },
  },
  {
    title: 'of no webhook, not while one of two is ready',
    about: ['RootlockWebhookAway'],
    series: endsAfter(healthyWebhook(one), 20),
    fires: { '5m': [], '11m': [], '20m': [], '1h': [] },
  },
  {
    title: 'of no webhook, not where the Deployment is rolled, and nobody is ready for two minutes',
    about: ['RootlockWebhookAway'],
    series: {
      ...endsAfter(healthyWebhook(one), 20),
      ...endsAfter(healthyWebhook(two), 20),
      [newcomer('rootlock_webhook_ready')]: then('_x20 0x4', 1),
    },
    fires: { '11m': [], '13m': [], '30m': [] },
  },
  {
    title: 'of calls that fail, open',
    about: ['RootlockWebhookNotReached'],
    series: { [failOpen('pods.rootlock.dev')]: `_x10 1+1x${LONG}` },
    fires: { '15m': [], '30m': ['RootlockWebhookNotReached name=pods.rootlock.dev'] },
  },
  {
    title: 'of calls that fail, closed',
    about: ['RootlockWebhookNotReached'],
    series: { [rejected('calling_webhook_error')]: `0+1x${LONG}` },
    fires: { '10m': [], '30m': ['RootlockWebhookNotReached name=pods.rootlock.dev'] },
  },
  {
    title: 'of calls that fail, across a restart of the API server',
    about: ['RootlockWebhookNotReached'],
    series: { [failOpen('pods.rootlock.dev')]: `0+1x60 0+1x${LONG}` },
    fires: {
      '28m': ['RootlockWebhookNotReached name=pods.rootlock.dev'],
      '40m': ['RootlockWebhookNotReached name=pods.rootlock.dev'],
    },
  },
  {
    title: 'of calls that fail, not of pods that are denied, of other webhooks, nor of one time',
    about: ['RootlockWebhookNotReached'],
    series: {
      [rejected('no_error')]: `0+1x${LONG}`,
      [failOpen('validate.kyverno.svc-ignore')]: `0+1x${LONG}`,
      [failOpen('pods.rootlock.dev')]: then('0x20', 3),
    },
    fires: { '12m': [], '21m': [], '30m': [], '1h': [] },
  },
  {
    title: 'of a webhook that fails on a pod, whichever replica, at once and for five minutes',
    about: ['RootlockWebhookFails'],
    series: { [two('rootlock_webhook_errors_total', { kind: 'decision' })]: then('0x20', 1) },
    fires: { '10m': [], '11m': ['RootlockWebhookFails kind=decision'], '20m': [] },
  },
  {
    title: 'of a webhook that answers 500',
    about: ['RootlockWebhookFails'],
    series: { [one('rootlock_webhook_errors_total', { kind: 'answer' })]: `0+1x${LONG}` },
    fires: { '2m': ['RootlockWebhookFails kind=answer'] },
  },
  {
    title: 'of a webhook that fails, not of clients that do, nor where it is restarted',
    about: ['RootlockWebhookFails'],
    series: {
      [one('rootlock_webhook_errors_total', { kind: 'handshake' })]: `0+9x${LONG}`,
      [two('rootlock_webhook_errors_total', { kind: 'decision' })]: then('7x20', 0),
    },
    fires: { '5m': [], '11m': [], '20m': [] },
  },
  {
    title: 'of slow answers',
    about: ['RootlockDecisionsSlow'],
    series: {
      [one(DURATION, { le: '0.005' })]: `0+900x${LONG}`,
      [one(DURATION, { le: '1' })]: `0+900x${LONG}`,
    },
    fires: { '8m': [], '12m': ['RootlockDecisionsSlow'] },
  },
  {
    title: 'of slow answers, not for one slow spell, nor where nobody asks',
    about: ['RootlockDecisionsSlow'],
    series: {
      ...without({ ...healthyWebhook(two) }),
      [two('rootlock_webhook_ready')]: always(1),
      [one(DURATION, { le: '0.005' })]: then('0x20', 0),
      [one(DURATION, { le: '1' })]: then('0x20', 0),
      [one(DURATION, { le: '+Inf' })]: then('0x20', 50),
    },
    fires: { '8m': [], '12m': [], '18m': [], '30m': [] },
  },
  {
    title: 'of reviews that are shed for ten minutes',
    about: ['RootlockReviewsShed'],
    series: {
      [one('rootlock_admission_shed_total', { limit: 'requests' })]: `0+5x${LONG}`,
      [two('rootlock_admission_shed_total', { limit: 'requests' })]: `0+5x10 0+5x${LONG}`,
    },
    fires: { '8m': [], '12m': ['RootlockReviewsShed limit=requests'] },
  },
  {
    title: 'of reviews that are shed, not of one burst',
    about: ['RootlockReviewsShed'],
    series: { [one('rootlock_admission_shed_total', { limit: 'bytes' })]: then('0x20', 900) },
    fires: { '11m': [], '14m': [], '22m': [] },
  },
  {
    title: 'of a certificate that is not renewed, of each replica that serves it',
    about: ['RootlockCertificateNotRenewed'],
    series: {
      [one('rootlock_webhook_certificate_renewal_failing')]: always(1),
      [two('rootlock_webhook_certificate_renewal_failing')]: always(1),
    },
    fires: {
      '55m': [],
      '65m': [
        'RootlockCertificateNotRenewed namespace=rootlock-system instance=10.0.0.1:8443',
        'RootlockCertificateNotRenewed namespace=rootlock-system instance=10.0.0.2:8443',
      ],
    },
  },
  {
    title: 'of a certificate that is not renewed, not where the API server was away for half an hour',
    about: ['RootlockCertificateNotRenewed'],
    series: { [one('rootlock_webhook_certificate_renewal_failing')]: then('0x20 1x60', 0) },
    fires: { '30m': [], '65m': [], '2h': [] },
  },
  {
    title: 'of profiles that cannot be read, once, whatever the number of replicas',
    about: ['RootlockProfilesUnreadable'],
    series: {
      [one('rootlock_catalog_malformed_profiles')]: always(2),
      [two('rootlock_catalog_malformed_profiles')]: always(2),
    },
    fires: { '14m': [], '16m': ['RootlockProfilesUnreadable'] },
  },
  {
    title: 'of profiles that cannot be read, not while a release is rolled out',
    about: ['RootlockProfilesUnreadable'],
    series: { [one('rootlock_catalog_malformed_profiles')]: then('0x20 3x10', 0) },
    fires: { '12m': [], '30m': [] },
  },
  {
    title: 'of old knowledge, of the process that has it',
    about: ['RootlockKnowledgeOld'],
    series: { [second(STALENESS)]: `0+30x${LONG}` },
    fires: {
      '6m': [],
      '8m': ['RootlockKnowledgeOld namespace=rootlock-system instance=10.0.0.5:8080'],
    },
  },
  {
    title: 'of old knowledge, not while all is well, nor in a short outage',
    about: ['RootlockKnowledgeOld'],
    series: { [second(STALENESS)]: then('0+30x9', 20) },
    fires: { '5m': [], '10m': [], '1h': [] },
  },
  {
    title: 'of no leader while both follow',
    about: ['RootlockNobodyLeads'],
    series: { [leader('rootlock_controller_leader')]: then('1x20', 0) },
    fires: { '14m': [], '16m': ['RootlockNobodyLeads'] },
  },
  {
    title: 'of no leader where there is no controller',
    about: ['RootlockNobodyLeads'],
    series: { ...without(healthyController(leader, true)), ...without(healthyController(second, false)) },
    fires: { '4m': [], '6m': ['RootlockNobodyLeads'] },
  },
  {
    title: 'of two that both lead',
    about: ['RootlockNobodyLeads'],
    series: { [second('rootlock_controller_leader')]: always(1) },
    fires: { '4m': [], '6m': ['RootlockNobodyLeads'] },
  },
  {
    title: 'of no leader, not while the lead is handed over',
    about: ['RootlockNobodyLeads'],
    series: {
      ...endsAfter(healthyController(leader, true), 20),
      [second('rootlock_controller_leader')]: then('0x22', 1),
    },
    fires: { '11m': [], '15m': [], '1h': [] },
  },
  {
    title: 'of hardened pods that fail, by namespace',
    about: ['RootlockHardenedPodsFail'],
    series: { [failing(leader)]: then('_x20', 2) },
    fires: { '24m': [], '26m': ['RootlockHardenedPodsFail namespace=shop'] },
  },
  {
    title: 'of hardened pods that fail, though each try of theirs takes two minutes',
    about: ['RootlockHardenedPodsFail'],
    series: { [failing(leader)]: crashLoop() },
    fires: {
      '20m': ['RootlockHardenedPodsFail namespace=shop'],
      '40m': ['RootlockHardenedPodsFail namespace=shop'],
      '1h': ['RootlockHardenedPodsFail namespace=shop'],
    },
  },
  {
    title: 'of hardened pods that fail, on and on, while the lead is handed over',
    about: ['RootlockHardenedPodsFail'],
    series: {
      ...endsAfter(healthyController(leader, true), 60),
      [second('rootlock_controller_leader')]: then('0x61', 1),
      [failing(leader)]: '1x60 stale',
      [failing(second)]: then('_x62', 1),
    },
    fires: {
      '29m': ['RootlockHardenedPodsFail namespace=shop'],
      '31m': ['RootlockHardenedPodsFail namespace=shop'],
      '33m': ['RootlockHardenedPodsFail namespace=shop'],
      '50m': ['RootlockHardenedPodsFail namespace=shop'],
    },
  },
  {
    title: 'of hardened pods that fail, not of those that were healed, nor of others',
    about: ['RootlockHardenedPodsFail'],
    series: { [failing(leader)]: '_x20 1x8 stale', [failing(leader, 'false')]: always(3) },
    fires: { '12m': [], '20m': [], '30m': [], '1h': [] },
  },
  {
    title: 'of an image that is left unhardened, the first time already, for an hour',
    about: ['RootlockImageLeftUnhardened'],
    series: { [leader('rootlock_heals_total', { ...STEPPED_BACK, cause: 'no-path' })]: then('0x20', 1) },
    fires: {
      '10m': [],
      '12m': ['RootlockImageLeftUnhardened cause=no-path'],
      '1h': ['RootlockImageLeftUnhardened cause=no-path'],
      '75m': [],
    },
  },
  {
    title: 'of an image that is left unhardened, once, though the lead is handed over',
    about: ['RootlockImageLeftUnhardened'],
    series: {
      ...endsAfter(healthyController(leader, true), 30),
      [second('rootlock_controller_leader')]: then('0x31', 1),
      [leader('rootlock_heals_total', { ...STEPPED_BACK, cause: 'no-path' })]: '0x20 1x10 stale',
      [second('rootlock_heals_total', { ...STEPPED_BACK, cause: 'no-path' })]: then('0x40', 1),
    },
    fires: {
      '12m': ['RootlockImageLeftUnhardened cause=no-path'],
      '22m': ['RootlockImageLeftUnhardened cause=no-path'],
    },
  },
  {
    title:
      'of an image that is left unhardened, not of Jobs that have few tries, of paths that wait, nor where a controller is restarted',
    about: ['RootlockImageLeftUnhardened'],
    series: {
      [leader('rootlock_heals_total', { ...STEPPED_BACK, cause: 'waits-for-approval' })]: `0+1x${LONG}`,
      [leader('rootlock_heals_total', { ...STEPPED_BACK, cause: 'few-tries' })]: `0+1x${LONG}`,
      [leader('rootlock_heals_total', { ...STEPPED_BACK, cause: 'no-path' })]: then('4x20', 0),
    },
    fires: { '5m': [], '12m': [], '1h': [] },
  },
  {
    title: 'of work that piles up',
    about: ['RootlockWorkPilesUp'],
    series: { [leader('rootlock_queue_depth', { controller: 'usage' })]: then('5x20', 4_000) },
    fires: {
      '18m': [],
      '22m': ['RootlockWorkPilesUp namespace=rootlock-system controller=usage instance=10.0.0.4:8080'],
    },
  },
  {
    title: 'of work that piles up, not of a large cluster that is looked at for the first time',
    about: ['RootlockWorkPilesUp'],
    series: { [leader('rootlock_queue_depth', { controller: 'usage' })]: then('10000-1000x10', 0) },
    fires: { '4m': [], '10m': [], '30m': [] },
  },
  {
    title: 'of pods that admission missed, whatever the reasons, and however often the lead is handed over',
    about: ['RootlockPodsMissed'],
    series: {
      [missed(leader)]: '2x60 stale',
      [missed(second)]: '_x62 2x60 stale',
      [missed(second, 'before-opt-in')]: then('_x62', 1),
    },
    fires: {
      '55m': [],
      '62m': ['RootlockPodsMissed namespace=shop'],
      '2h': ['RootlockPodsMissed namespace=shop'],
    },
  },
  {
    title: 'of pods that admission missed, not where they were made anew within the hour',
    about: ['RootlockPodsMissed'],
    series: { [missed(leader)]: '40-1x39 stale' },
    fires: { '20m': [], '65m': [], '2h': [] },
  },
  {
    title: 'of paths that wait, on and on, while the lead is handed over',
    about: ['RootlockPathsWait'],
    series: { [waiting(leader)]: '1x60 stale', [waiting(second)]: then('_x62', 1) },
    fires: {
      '1m': ['RootlockPathsWait'],
      '30m30s': ['RootlockPathsWait'],
      '31m': ['RootlockPathsWait'],
      '40m': ['RootlockPathsWait'],
    },
  },
  {
    title: 'of paths that wait, not once they are approved',
    about: ['RootlockPathsWait'],
    series: {
      [waiting(leader)]: '_x10 stale',
      [leader('rootlock_profiles', { source: 'learned', state: 'counts' })]: always(1),
    },
    fires: { '1m': [], '10m': [] },
  },
];

/** It runs for two minutes, and then waits for as long: it does not fail while it runs, and the series ends. */
function crashLoop(): string {
  return Array.from({ length: 50 }, () => 'stale _x2 1x4').join(' ');
}
