import { constants, existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type Buildable, buildPrograms } from './build.ts';
import { assetVariable, cachedProgram, type Program, type Source, sourceOf } from './programs.ts';
import { type KubernetesVersion, kubernetesVersion } from './versions.ts';

/**
 * The path of a program that the tests run, found in this order: `TEST_ASSET_<PROGRAM>`, the folder
 * `KUBEBUILDER_ASSETS`, the cache of earlier builds, a build with Go. Fails with what to install.
 */
export async function findProgram(
  program: Program,
  version: KubernetesVersion = kubernetesVersion(),
): Promise<string> {
  const source = sourceOf(program, version);
  const there = await programThere(program, source);
  if (there !== undefined) return there;
  await buildPrograms([{ program, source }]);
  return cachedProgram(program, source);
}

/**
 * Builds what is missing of these programs, so that no test waits for it. Those of one Go module are built together:
 * while one is linked, which keeps one core busy, the others are compiled.
 */
export async function preparePrograms(
  programs: readonly Program[],
  version: KubernetesVersion = kubernetesVersion(),
): Promise<void> {
  const missing: Buildable[] = [];
  for (const program of programs) {
    const source = sourceOf(program, version);
    if ((await programThere(program, source)) === undefined) missing.push({ program, source });
  }
  const modules = Map.groupBy(missing, ({ source }) => source.folder);
  for (const together of modules.values()) await buildPrograms(together);
}

async function programThere(program: Program, source: Source): Promise<string | undefined> {
  const given = await givenProgram(program, process.env);
  if (given !== undefined) return given;
  const cached = cachedProgram(program, source);
  return existsSync(cached) ? cached : undefined;
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
  const variable = assetVariable(program);
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
