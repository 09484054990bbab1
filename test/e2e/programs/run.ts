import { createHash } from 'node:crypto';
import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { kubernetesVersion } from '../../support/control-plane/versions.ts';
import type { Layer } from '../../support/node/image.ts';
import { startCluster } from '../../support/node/start.ts';
import { installRootlock } from './installed.ts';
import { type Program, readPrograms } from './program.ts';
import { programLayer, rootSystem, toolSystem } from './root-system.ts';
import { createSmoke } from './smoke.ts';
import { resultPage } from './table.ts';
import { type Trial, tryProgram } from './trial.ts';

/** Programs that are tried at once. */
const AT_ONCE = 4;
const PAGE = join(import.meta.dirname, '../../../docs/healing-programs.md');

/** `npm run e2e:programs -- DIR [NAME…]`: with names only those, and no page is written. */
async function main([folder, ...names]: readonly string[]): Promise<void> {
  if (folder === undefined) throw new Error('name the folder of programs.jsonl: npm run e2e:programs -- DIR');
  const programs = readPrograms(folder).filter(({ name }) => names.length === 0 || names.includes(name));
  const base = await rootSystem();
  const tools = await toolSystem();
  const baseLayer = await layerFrom(base.layer);
  const cluster = await startCluster();
  try {
    const rootlock = await installRootlock(cluster.controlPlane);
    const smoke = await createSmoke(cluster.controlPlane, tools, cluster.node.facts.network.link);
    const trials: Trial[] = [];
    const unmade: string[] = [];
    const tryOne = async (program: Program) => {
      const image = `registry.example.com/programs/${program.name}:1`;
      const layer = await layerFrom(await programLayer(base, program));
      await cluster.node.importImage({ name: image, layers: [baseLayer, layer], config: program.config });
      const namespace = await rootlock.installation.optedIn({ 'rootlock.dev/unknown-images': 'scratch' });
      const trial = await tryProgram(program, { cluster: cluster.controlPlane, smoke, namespace, image });
      trials.push(trial);
      const { story, ...result } = trial;
      process.stdout.write(`${JSON.stringify(result)}\n`);
      if (story.length > 0) process.stderr.write(`${[`== ${program.name}`, ...story].join('\n')}\n`);
    };
    // An image that cannot be made costs the others nothing.
    await atMost(AT_ONCE, programs, (program) =>
      tryOne(program).catch((error: unknown) => {
        unmade.push(program.name);
        process.stderr.write(`${program.name}: ${error}\n`);
      }),
    );
    if (unmade.length > 0) process.exitCode = 1;
    else if (names.length === 0) writeFileSync(PAGE, resultPage(trials, { kubernetes: kubernetesVersion() }));
    await rootlock.stop();
  } finally {
    await cluster.stop();
  }
}

async function layerFrom(file: string): Promise<Layer> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return { file, digest: hash.digest('hex') };
}

async function atMost<T>(
  count: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: count }, worker));
}

await main(process.argv.slice(2));
