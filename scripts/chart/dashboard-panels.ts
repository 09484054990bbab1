/** One panel of the dashboard: what somebody wants to know, and how Prometheus is asked. */
export type Panel = {
  readonly title: string;
  /** For whoever wonders what the number means, and what to do about it. */
  readonly about: string;
  /** A number with its colour, or lines over time. */
  readonly kind: 'stat' | 'lines';
  /** As Grafana names units: `short`, `percentunit`, `s`, `bytes`, `reqps`. */
  readonly unit: string;
  readonly queries: readonly Query[];
  readonly alarm?: Alarm;
};

/** Which values of a number are shown in red; none are, where absent. */
export type Alarm = 'above-zero' | 'unless-one';

export type Query = { readonly expr: string; readonly legend: string };

export type Row = { readonly title: string; readonly panels: readonly Panel[] };

/** Of the namespaces that are chosen at the top of the dashboard. */
const CHOSEN = 'namespace=~"$namespace"';
const RATE = '$__rate_interval';

export const ROWS: readonly Row[] = [
  {
    title: 'What is hardened',
    panels: [
      {
        title: 'Pods with a read-only root',
        about: 'Of the pods of namespaces with the label rootlock.dev/mode, how many have no writable root.',
        kind: 'stat',
        unit: 'percentunit',
        queries: [
          {
            expr: `sum(rootlock_pods{hardened="true", ${CHOSEN}}) / sum(rootlock_pods{${CHOSEN}})`,
            legend: 'hardened',
          },
        ],
      },
      {
        title: 'Hardened pods that fail',
        about:
          'kubectl rootlock explain POD -n NAMESPACE says why; events on the owners tell what was tried.',
        kind: 'stat',
        unit: 'short',
        queries: [
          { expr: `sum(rootlock_failing_pods{hardened="true", ${CHOSEN}}) or vector(0)`, legend: 'failing' },
        ],
        alarm: 'above-zero',
      },
      {
        title: 'Pods that admission missed',
        about: 'They run otherwise than they would if they were made now: restart their owners.',
        kind: 'stat',
        unit: 'short',
        queries: [{ expr: `sum(rootlock_missed_pods{${CHOSEN}}) or vector(0)`, legend: 'missed' }],
        alarm: 'above-zero',
      },
      {
        title: 'Pods whose read-only root is undone',
        about: 'Privileged, a capability, a directory of the node: kubectl rootlock scan names it.',
        kind: 'stat',
        unit: 'short',
        queries: [{ expr: `sum(rootlock_escapable_pods{${CHOSEN}}) or vector(0)`, legend: 'escapable' }],
        alarm: 'above-zero',
      },
      {
        title: 'Profiles that wait for a person',
        about: 'Learned paths that count once somebody approves: kubectl rootlock approve.',
        kind: 'stat',
        unit: 'short',
        queries: [{ expr: 'sum(rootlock_profiles{state="needs-approval"}) or vector(0)', legend: 'waiting' }],
        alarm: 'above-zero',
      },
      {
        title: 'Images left unhardened for a while',
        about: 'They could not be healed; an event on the owner says why.',
        kind: 'stat',
        unit: 'short',
        queries: [{ expr: 'sum(rootlock_profiles{state="stepped-back"}) or vector(0)', legend: 'exempt' }],
        alarm: 'above-zero',
      },
      {
        title: 'Pods by namespace',
        about: 'Those with a read-only root, and those without.',
        kind: 'lines',
        unit: 'short',
        queries: [
          {
            expr: `sum by (namespace, hardened) (rootlock_pods{${CHOSEN}})`,
            legend: '{{namespace}}, hardened: {{hardened}}',
          },
        ],
      },
      {
        title: 'Why pods are not hardened',
        about: 'docs/metrics.md explains each reason.',
        kind: 'lines',
        unit: 'short',
        queries: [
          {
            expr: `sum by (reason) (rootlock_pods{hardened="false", ${CHOSEN}})`,
            legend: '{{reason}}',
          },
        ],
      },
    ],
  },
  {
    title: 'Learning and healing',
    panels: [
      {
        title: 'What became of failing workloads',
        about: 'Learned, proposed, healed, stepped-back, exonerated, not-healed.',
        kind: 'lines',
        unit: 'short',
        queries: [
          { expr: `sum by (outcome) (increase(rootlock_heals_total[${RATE}]))`, legend: '{{outcome}}' },
        ],
      },
      {
        title: 'Pods that were replaced',
        about: 'Evicted, so that better hardened ones take their place; refused by a PodDisruptionBudget.',
        kind: 'lines',
        unit: 'short',
        queries: [
          {
            expr: `sum by (outcome) (increase(rootlock_replaced_pods_total[${RATE}]))`,
            legend: '{{outcome}}',
          },
        ],
      },
      {
        title: 'Profiles',
        about: 'By who wrote them and what is to be said of them.',
        kind: 'lines',
        unit: 'short',
        queries: [{ expr: 'sum by (source, state) (rootlock_profiles)', legend: '{{source}}: {{state}}' }],
      },
    ],
  },
  {
    title: 'The webhook',
    panels: [
      {
        title: 'Decisions',
        about: 'Reviews of pods a second, by what became of the pod.',
        kind: 'lines',
        unit: 'reqps',
        queries: [
          {
            expr: `sum by (outcome) (rate(rootlock_admission_decisions_total[${RATE}]))`,
            legend: '{{outcome}}',
          },
        ],
      },
      {
        title: 'Time to an answer',
        about: 'From the head of a review to its answer: half of them, and 99 of 100, were faster.',
        kind: 'lines',
        unit: 's',
        queries: ['0.5', '0.99'].map((share) => ({
          expr: `histogram_quantile(${share}, sum by (le) (rate(rootlock_admission_duration_seconds_bucket[${RATE}])))`,
          legend: share,
        })),
      },
      {
        title: 'Errors, refusals and overload',
        about: 'What went wrong, requests that were no reviews, and reviews that were told to come back.',
        kind: 'lines',
        unit: 'reqps',
        queries: [
          { expr: `sum by (kind) (rate(rootlock_webhook_errors_total[${RATE}])) > 0`, legend: '{{kind}}' },
          {
            expr: `sum by (refusal) (rate(rootlock_admission_refused_total[${RATE}])) > 0`,
            legend: '{{refusal}}',
          },
          {
            expr: `sum by (limit) (rate(rootlock_admission_shed_total[${RATE}])) > 0`,
            legend: 'too many {{limit}}',
          },
        ],
      },
      {
        title: 'Reviews under way, and connections',
        about: 'Of each replica.',
        kind: 'lines',
        unit: 'short',
        queries: [
          { expr: 'rootlock_admission_in_flight', legend: '{{instance}}: reviews' },
          { expr: 'rootlock_webhook_connections', legend: '{{instance}}: connections' },
        ],
      },
      {
        title: 'The certificate ends in',
        about: 'It is renewed at two thirds of its life, or as cert-manager is told.',
        kind: 'stat',
        unit: 's',
        queries: [
          {
            expr: 'min(rootlock_webhook_certificate_expiry_timestamp_seconds) - time()',
            legend: 'time left',
          },
        ],
      },
      {
        title: 'Profiles in the catalog',
        about: 'Those that decisions are made from, in the replica that knows the fewest.',
        kind: 'stat',
        unit: 'short',
        queries: [{ expr: 'min(rootlock_catalog_profiles)', legend: 'profiles' }],
      },
      {
        title: 'Profiles that cannot be read',
        about: 'They are left out; the log of the webhook names them.',
        kind: 'stat',
        unit: 'short',
        queries: [{ expr: 'max(rootlock_catalog_malformed_profiles)', legend: 'malformed' }],
        alarm: 'above-zero',
      },
    ],
  },
  {
    title: 'The controller, and both',
    panels: [
      {
        title: 'Controllers that lead',
        about: 'One, and no more; none for a few seconds while the lead is handed over.',
        kind: 'stat',
        unit: 'short',
        queries: [{ expr: 'sum(rootlock_controller_leader) or vector(0)', legend: 'leading' }],
        alarm: 'unless-one',
      },
      {
        title: 'Work that waits',
        about: 'Keys that are due, by the part of the controller.',
        kind: 'lines',
        unit: 'short',
        queries: [{ expr: 'sum by (controller) (rootlock_queue_depth)', legend: '{{controller}}' }],
      },
      {
        title: 'Time of a look',
        about: '99 of 100 looks at one key were faster, by the part of the controller.',
        kind: 'lines',
        unit: 's',
        queries: [
          {
            expr: `histogram_quantile(0.99, sum by (le, controller) (rate(rootlock_reconcile_duration_seconds_bucket[${RATE}])))`,
            legend: '{{controller}}',
          },
        ],
      },
      {
        title: 'Requests to the API server',
        about: 'By what was answered; where nothing stands, nobody answered.',
        kind: 'lines',
        unit: 'reqps',
        queries: [
          {
            expr: `sum by (verb, status) (rate(rootlock_api_requests_total[${RATE}]))`,
            legend: '{{verb}} {{status}}',
          },
        ],
      },
      {
        title: 'Age of what is known',
        about: 'For how long the API server has not answered a watch: half a minute while all is well.',
        kind: 'lines',
        unit: 's',
        queries: [{ expr: 'rootlock_watch_staleness_seconds', legend: '{{instance}}' }],
      },
      {
        title: 'Memory',
        about: 'Resident, of each process.',
        kind: 'lines',
        unit: 'bytes',
        queries: [
          {
            expr: 'process_resident_memory_bytes and on (job, instance) rootlock_watch_staleness_seconds',
            legend: '{{instance}}',
          },
        ],
      },
      {
        title: 'CPU',
        about: 'Cores, of each process.',
        kind: 'lines',
        unit: 'short',
        queries: [
          {
            expr: `rate(process_cpu_seconds_total[${RATE}]) and on (job, instance) rootlock_watch_staleness_seconds`,
            legend: '{{instance}}',
          },
        ],
      },
    ],
  },
];
