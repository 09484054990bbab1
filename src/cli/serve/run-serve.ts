import { relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../../core/admission/world.ts';
import { parseImage } from '../../core/image/reference.ts';
import { openLog } from '../../log.ts';
import { type CatalogFlags, readFileCatalog } from '../catalog-options.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { policyOf } from '../inspect/policies.ts';
import { problemLines } from '../report/problems.ts';
import { type Paint, paintFor } from '../style.ts';
import type { Surroundings } from '../surroundings.ts';
import { demoLines, EXAMPLES_FOLDER } from './demo.ts';
import { type FirstLook, startWebhook, webhookWorld } from './webhook.ts';

export type ServeFlags = CatalogFlags & {
  readonly port?: number;
  readonly host: string;
  readonly demo?: true;
};

/** Runs until it is asked to stop. */
export async function runServe(flags: ServeFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr, env, now } = surroundings;
  const { profiles, problems } = await readFileCatalog(flags, surroundings);
  for (const problem of problems)
    stderr.write(`${problemLines(problem, paintFor(stderr, env, flags.color)).join('\n')}\n`);
  if (problems.length > 0) return EXIT.problems;

  const world = webhookWorld(profiles);
  const opened = openLog({
    level: flags.demo ? 'warn' : 'info',
    format: 'text',
    write: (lines) => stderr.write(lines),
    now,
  });
  const stopped = surroundings.stopSignal();
  const look = await startWebhook({
    world,
    policy: policyOf({ mode: 'enforce' }),
    host: flags.host,
    port: flags.port,
    log: opened.log,
    now,
  });
  const paint = paintFor(stdout, env, flags.color);
  const said = flags.demo ? await demo(look, world, surroundings, paint) : [];
  stdout.write(
    `${[...greeting(look, profiles.length, flags.host, paint), ...said, '', 'Ctrl-C ends it.'].join('\n')}\n`,
  );

  await untilAborted(stopped);
  await look.server.drain({ graceMs: 0, sleep: (milliseconds) => sleep(milliseconds) });
  opened.flush();
  stdout.write('\nRootlock has stopped.\n');
  return EXIT.ok;
}

function greeting({ address, note }: FirstLook, profiles: number, host: string, paint: Paint): string[] {
  return [
    `Rootlock's webhook listens on ${paint('bold', `https://${host}:${address.port}/mutate`)}, with ${profiles} profiles.`,
    ...(note === undefined ? [] : [`(${note})`]),
    '',
  ];
}

async function demo(
  look: FirstLook,
  world: World,
  { files, now }: Surroundings,
  paint: Paint,
): Promise<string[]> {
  const image = parseImage('nginx:1.27');
  if (image.kind === 'malformed') throw new Error(image.problem);
  const match = world.catalog.lookup(image.image, 'default', now());
  const review = `${relative(files.identity('.'), EXAMPLES_FOLDER) || '.'}/review.json`;
  const command = (line: string): string => `  ${paint('cyan', line)}`;
  return [
    ...(await demoLines(look, match, paint)),
    '',
    'Ask it yourself, from another terminal:',
    command(
      `curl -sk -H 'content-type: application/json' -d @${review} https://127.0.0.1:${look.address.port}/mutate`,
    ),
    'Harden manifests of your own, without a server or a cluster:',
    command('npm run -s rootlock -- harden -f your.yaml --diff'),
    'See what the catalog knows of an image:',
    command('npm run -s rootlock -- catalog show postgres:17'),
  ];
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
