import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { isObject, type JsonObject } from '../../src/core/json.ts';
import { helm } from '../support/control-plane/binaries.ts';
import { type ProgramRun, runProgram } from './run-program.ts';

export const CHART = fileURLToPath(new URL('../../charts/rootlock/', import.meta.url));
export const NAMESPACE = 'rootlock-system';
export const RELEASE = 'rootlock';

export type HelmOptions = {
  readonly kubeconfig?: string;
  /** What `--values` names. */
  readonly values?: JsonObject;
};

/** Runs Helm, and answers whatever its exit code is. */
export async function runHelm(
  args: readonly string[],
  { kubeconfig, values }: HelmOptions = {},
): Promise<ProgramRun> {
  return runProgram(await helm(), values === undefined ? args : [...args, '--values=-'], {
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(values !== undefined && { stdin: JSON.stringify(values) }),
  });
}

/** Runs Helm, and rejects with what it said where it fails. */
export async function helmDoes(args: readonly string[], options?: HelmOptions): Promise<string> {
  const { code, stdout, stderr } = await runHelm(args, options);
  if (code === 0) return stdout;
  throw new Error(`helm ${args.join(' ')} ended with ${code}: ${stderr}`);
}

/** What `helm template` makes of the chart, as text. */
export function rendered(values: JsonObject = {}, namespace: string = NAMESPACE): Promise<string> {
  return helmDoes(['template', RELEASE, CHART, '--namespace', namespace], { values });
}

/** The objects that the chart makes. */
export async function objects(values?: JsonObject, namespace?: string): Promise<readonly JsonObject[]> {
  return objectsIn(await rendered(values, namespace));
}

export function objectsIn(text: string): readonly JsonObject[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS())
    .filter(isObject);
}

/** The one object of a kind; throws where there is none, or more than one. */
export function only(all: readonly JsonObject[], kind: string): JsonObject {
  const [found, ...others] = all.filter((each) => each.kind === kind);
  if (found !== undefined && others.length === 0) return found;
  throw new Error(`expected one ${kind}, and found ${found === undefined ? 0 : others.length + 1}`);
}

/** `kind/name`, or `namespace/kind/name`. */
export function nameOf(object: JsonObject): string {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const name = `${object.kind}/${metadata.name}`;
  return metadata.namespace === undefined ? name : `${metadata.namespace}/${name}`;
}
