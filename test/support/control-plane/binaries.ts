import { constants, existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { buildProgram } from './build.ts';
import { cachedProgram, type Program, sourceOf } from './programs.ts';
import { type KubernetesVersion, kubernetesVersion } from './versions.ts';

/**
 * The path of a program that the tests run, found in this order: `TEST_ASSET_<PROGRAM>`, the folder
 * `KUBEBUILDER_ASSETS`, the cache of earlier builds, a build with Go. Fails with what to install.
 */
export async function findProgram(
  program: Program,
  version: KubernetesVersion = kubernetesVersion(),
): Promise<string> {
  const given = await givenProgram(program, process.env);
  if (given !== undefined) return given;
  const source = sourceOf(program, version);
  const cached = cachedProgram(program, source);
  if (existsSync(cached)) return cached;
  return buildProgram(program, source);
}

/** kubectl, of the version under test. */
export function kubectl(version?: KubernetesVersion): Promise<string> {
  return findProgram('kubectl', version);
}

/** Helm 4, as pinned in `go/helm`. */
export function helm(): Promise<string> {
  return findProgram('helm');
}

/** The program that the environment names, by the variables that users of envtest know. */
export async function givenProgram(
  program: Program,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const variable = `TEST_ASSET_${program.toUpperCase().replaceAll('-', '_')}`;
  const named = environment[variable];
  if (named) {
    if (await isExecutable(named)) return named;
    throw new Error(`${variable} is ${named}, which is no executable file`);
  }
  const folder = environment.KUBEBUILDER_ASSETS;
  if (!folder) return undefined;
  if (!existsSync(folder)) throw new Error(`KUBEBUILDER_ASSETS is ${folder}, which does not exist`);
  const inFolder = join(folder, program);
  return (await isExecutable(inFolder)) ? inFolder : undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
