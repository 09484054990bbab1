import type { Setting } from './setting.ts';
import { SETTINGS } from './settings.ts';

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
