import {
  bytes,
  duration,
  flag,
  image,
  list,
  mirrorList,
  oneOf,
  type Setting,
  setting,
  text,
  wholeNumber,
} from './setting.ts';

/** The environment as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** This process's own: settings are read nowhere else. */
export function processEnvironment(): Environment {
  return process.env;
}

/** One thing that is wrong: the variable, what it got and what it takes, in one sentence. */
export type ConfigProblem = { readonly variable: string; readonly message: string };

export type ReadConfig =
  | { readonly kind: 'config'; readonly config: Config }
  | { readonly kind: 'problems'; readonly problems: readonly ConfigProblem[] };

/**
 * All settings; a new one is a row here. No variable is called ROOTLOCK_PORT, because Kubernetes sets that
 * to `tcp://…` in every pod beside a Service called `rootlock` (service links).
 */
export const SETTINGS = {
  host: setting(
    'ROOTLOCK_HTTPS_HOST',
    text('an address'),
    '',
    'The address to listen on; all of them where empty.',
  ),
  port: setting(
    'ROOTLOCK_HTTPS_PORT',
    wholeNumber(0, 65_535),
    8443,
    'The port to listen on; 0 picks a free one.',
  ),
  tlsCertFile: setting(
    'ROOTLOCK_TLS_CERT_FILE',
    text('a file of PEM certificates'),
    '',
    "The serving certificate with its chain. Together with the key's file, or neither.",
  ),
  tlsKeyFile: setting(
    'ROOTLOCK_TLS_KEY_FILE',
    text('a file with a PEM key'),
    '',
    "The serving certificate's private key.",
  ),
  tlsMinVersion: setting(
    'ROOTLOCK_TLS_MIN_VERSION',
    oneOf('TLSv1.2', 'TLSv1.3'),
    'TLSv1.2',
    'The oldest TLS version that is spoken.',
  ),
  tlsSecret: setting(
    'ROOTLOCK_TLS_SECRET',
    text('the name of a Secret'),
    'rootlock-webhook-tls',
    'The Secret in which the webhook keeps the certificate that it makes, where it is given no files.',
  ),
  certificateLifetime: setting(
    'ROOTLOCK_CERTIFICATE_LIFETIME',
    duration(),
    90 * 86_400,
    'How long a certificate that the webhook makes is valid; it is renewed at two thirds of that.',
  ),
  service: setting(
    'ROOTLOCK_SERVICE',
    text('the name of a Service'),
    'rootlock-webhook',
    'The Service by which the API server calls the webhook: the name in its certificate.',
  ),
  mutatingConfiguration: setting(
    'ROOTLOCK_MUTATING_CONFIGURATION',
    text('the name of a MutatingWebhookConfiguration'),
    '',
    'The MutatingWebhookConfiguration whose caBundle the webhook keeps; none where empty.',
  ),
  validatingConfiguration: setting(
    'ROOTLOCK_VALIDATING_CONFIGURATION',
    text('the name of a ValidatingWebhookConfiguration'),
    '',
    'The ValidatingWebhookConfiguration whose caBundle the webhook keeps; none where empty.',
  ),
  clientCaFile: setting(
    'ROOTLOCK_CLIENT_CA_FILE',
    text('a file of PEM certificates'),
    '',
    'Reviews are only taken from clients with a certificate of this authority.',
  ),
  clientNames: setting(
    'ROOTLOCK_CLIENT_NAMES',
    list('names'),
    [],
    'The common names or DNS names that a client certificate may have; any where empty.',
  ),
  logLevel: setting(
    'ROOTLOCK_LOG_LEVEL',
    oneOf('debug', 'info', 'warn', 'error'),
    'info',
    'The least that is logged.',
  ),
  logFormat: setting(
    'ROOTLOCK_LOG_FORMAT',
    oneOf('auto', 'json', 'text'),
    'auto',
    'JSON lines or text for people; auto is text on a terminal, JSON elsewhere.',
  ),
  onError: setting(
    'ROOTLOCK_ON_ERROR',
    oneOf('admit', 'deny'),
    'admit',
    'What becomes of a pod on which Rootlock itself fails.',
  ),
  podAnnotations: setting(
    'ROOTLOCK_POD_ANNOTATIONS',
    flag(),
    true,
    'Whether pods may exempt themselves and name their own paths by annotations.',
  ),
  namespacedExemptions: setting(
    'ROOTLOCK_NAMESPACED_EXEMPTIONS',
    flag(),
    true,
    "Whether a namespace's own Exempt profiles count.",
  ),
  mirrors: setting(
    'ROOTLOCK_MIRRORS',
    mirrorList(),
    [],
    'Registries that mirror others, as mirror=original.',
  ),
  imageVolumePaths: setting(
    'ROOTLOCK_IMAGE_VOLUME_PATHS',
    oneOf('copied', 'read-only', 'unknown'),
    'unknown',
    "What the nodes' runtime makes of an image's VOLUME paths: containerd copies them, CRI-O leaves them read-only.",
  ),
  seedImage: setting(
    'ROOTLOCK_SEED_IMAGE',
    image(),
    '',
    'The image that copies content out of image volumes; none where empty.',
  ),
  emptyDirMode: setting(
    'ROOTLOCK_EMPTYDIR_MODE',
    flag(),
    true,
    'Whether emptyDir.mode is sent, for a sticky /tmp (KEP-5502).',
  ),
  maxBodyBytes: setting(
    'ROOTLOCK_MAX_BODY',
    bytes(),
    7 * 1024 * 1024,
    'The largest review that is read; a larger one gets 413.',
  ),
  maxRequests: setting(
    'ROOTLOCK_MAX_REQUESTS',
    wholeNumber(1, 100_000),
    500,
    'Reviews that may be under way at once; one more gets 429.',
  ),
  maxBufferedBytes: setting(
    'ROOTLOCK_MAX_BUFFERED',
    bytes(),
    64 * 1024 * 1024,
    'Bytes of unfinished reviews that may be in memory at once; more get 429.',
  ),
  drainSeconds: setting(
    'ROOTLOCK_DRAIN_SECONDS',
    wholeNumber(0, 600),
    10,
    'How long reviews are still answered after SIGTERM, until all clients know.',
  ),
  namespace: setting(
    'ROOTLOCK_NAMESPACE',
    text('the name of a namespace'),
    'rootlock-system',
    'The namespace that Rootlock runs in, where its Lease and its Secret are.',
  ),
  probePort: setting(
    'ROOTLOCK_PROBE_PORT',
    wholeNumber(0, 65_535),
    8080,
    "The port of the controller's probes and metrics, in plain HTTP; 0 picks a free one.",
  ),
  forgetAfterDays: setting(
    'ROOTLOCK_FORGET_AFTER_DAYS',
    wholeNumber(1, 3_650),
    30,
    'After how many days without a pod a learned profile is forgotten.',
  ),
  rolloutTimeoutSeconds: setting(
    'ROOTLOCK_ROLLOUT_TIMEOUT_SECONDS',
    wholeNumber(10, 86_400),
    600,
    'How long an owner that was restarted may take until its pods are ready, before no other one is restarted.',
  ),
  healAttempts: setting(
    'ROOTLOCK_HEAL_ATTEMPTS',
    wholeNumber(1, 32),
    10,
    'How often the profile of a workload that fails is changed, before its image is left unhardened for a while.',
  ),
  exemptHours: setting(
    'ROOTLOCK_EXEMPT_HOURS',
    wholeNumber(1, 8_760),
    168,
    'For how long an image is left unhardened that could not be healed.',
  ),
  healLogsPerSecond: setting(
    'ROOTLOCK_HEAL_LOGS_PER_SECOND',
    wholeNumber(1, 1_000),
    10,
    'How many container logs are read a second, of all namespaces together.',
  ),
  healLogBytes: setting(
    'ROOTLOCK_HEAL_LOG_BYTES',
    bytes(),
    256 * 1024,
    'How much of a log is read at a time.',
  ),
  promoteAfter: setting(
    'ROOTLOCK_PROMOTE_AFTER',
    wholeNumber(0, 1_000),
    0,
    'In how many namespaces a path has to be learned of an image to count in all of them; 0: only a person promotes.',
  ),
} as const;

/** The installation's choices, checked. */
export type Config = {
  readonly [Key in keyof typeof SETTINGS]: (typeof SETTINGS)[Key] extends Setting<infer T> ? T : never;
};

/** Reads all settings at once and reports everything that is wrong with them at once. */
export function readConfig(environment: Environment): ReadConfig {
  const problems: ConfigProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, row] of Object.entries(SETTINGS)) {
    const got = given(environment, row);
    const value = got === '' ? row.absent : row.parse(got);
    if (value === undefined) problems.push(notTaken(row, got));
    values[key] = value;
  }
  problems.push(...unknownVariables(environment), ...missingPartners(environment));
  // Each key of SETTINGS has what its own row parsed.
  const config = values as Config;
  if (problems.length === 0) problems.push(...contradictions(config));
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'config', config };
}

function notTaken(row: { readonly variable: string; readonly takes: string }, got: string): ConfigProblem {
  const message = `${row.variable} is ${JSON.stringify(got)}, but it takes ${row.takes}`;
  return { variable: row.variable, message };
}

/** What Kubernetes adds to a pod's environment for a Service whose name begins with `rootlock`. */
const SERVICE_LINK = /_SERVICE_HOST$|_SERVICE_PORT(_|$)|_PORT$|_PORT_\d+_(TCP|UDP|SCTP)(_|$)/;

/** A misspelt variable would be a setting that silently does not count. */
function unknownVariables(environment: Environment): readonly ConfigProblem[] {
  const known = new Set<string>(Object.values(SETTINGS).map((row) => row.variable));
  return Object.keys(environment)
    .filter((key) => key.startsWith('ROOTLOCK_') && !known.has(key) && !SERVICE_LINK.test(key))
    .map((variable) => ({
      variable,
      message: `${variable} is ${JSON.stringify(environment[variable] ?? '')}, but there is no such setting; the settings are ${[...known].join(', ')}`,
    }));
}

/** Pairs of settings of which the first makes no sense without the second. */
const NEEDS = [
  [SETTINGS.tlsCertFile, SETTINGS.tlsKeyFile],
  [SETTINGS.tlsKeyFile, SETTINGS.tlsCertFile],
  [SETTINGS.clientNames, SETTINGS.clientCaFile],
] as const;

function missingPartners(environment: Environment): readonly ConfigProblem[] {
  return NEEDS.filter(
    ([row, partner]) => given(environment, row) !== '' && given(environment, partner) === '',
  ).map(([row, { variable }]) => ({
    variable,
    message: `${variable} is not set, but ${row.variable} is, and needs it`,
  }));
}

function given(environment: Environment, row: { readonly variable: string }): string {
  return environment[row.variable]?.trim() ?? '';
}

/** A review that does not fit into what all may take is told to come back, for ever. */
function contradictions({ maxBodyBytes, maxBufferedBytes }: Config): readonly ConfigProblem[] {
  if (maxBufferedBytes >= maxBodyBytes) return [];
  const { variable } = SETTINGS.maxBufferedBytes;
  const message = `${variable} is less than ${SETTINGS.maxBodyBytes.variable}, so that a large review would never be read`;
  return [{ variable, message }];
}
