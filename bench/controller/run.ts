import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readBuiltinProfiles } from '../../src/builtin.ts';
import { apiServerWrites, total } from './api-writes.ts';
import { type FilledCluster, fillCluster } from './cluster.ts';
import { type ControllerProcess, controllerHome, startController } from './controller-process.ts';
import { handovers } from './handovers.ts';
import type { Size } from './objects.ts';
import { profileEdits } from './profile-edits.ts';
import { type Churn, markdown, type Quiet, type Results, type Start } from './report.ts';

/**
 * What the controller costs in a large cluster, on a real API server:
 * `npm run bench:controller -- [--pods 10000] [--profiles 10000] [--namespaces 500] [--write FILE]`.
 * Linux only: memory and CPU times are read from /proc.
 */
const { values } = parseArgs({
  options: {
    pods: { type: 'string', default: '10000' },
    profiles: { type: 'string', default: '10000' },
    namespaces: { type: 'string', default: '500' },
    edits: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
    write: { type: 'string' },
  },
});
const size: Size = {
  pods: Number(values.pods),
  profiles: Number(values.profiles),
  namespaces: Number(values.namespaces),
};

const QUIET_SECONDS = 60;
const CHURN_SECONDS = 20;
const CHURN_PER_SECOND = 100;

const say = (text: string) => console.error(`[bench] ${text}`);
const cluster = await fillCluster(size);
say(`filled in ${cluster.seconds.toFixed(0)} s`);
try {
  const text = markdown(await measure(cluster));
  console.log(text);
  if (values.write) writeFileSync(values.write, text);
} finally {
  await cluster.controlPlane.stop();
}

async function measure(filled: FilledCluster): Promise<Results> {
  const { controlPlane, api } = filled;
  const home = await controllerHome(controlPlane);
  const first = await start(filled, home, async (controller) => ({ quiet: await rest(controller, filled) }));
  const steady = await start(filled, home, async (controller) => ({
    churn: await churn(controller, filled),
    edits: await profileEdits(controlPlane, api, Number(values.edits)),
  }));
  return {
    size,
    builtin: readBuiltinProfiles().length,
    version: controlPlane.version,
    filled: filled.seconds,
    first: first.start,
    again: steady.start,
    ...first.done,
    ...steady.done,
    handovers: await handovers(filled, home, Number(values.rounds), say),
  };
}

/** Starts a controller, measures until it has come to rest, does what is to be done then, and stops it. */
async function start<T>(
  { controlPlane }: FilledCluster,
  home: Parameters<typeof startController>[1],
  then: (controller: ControllerProcess) => Promise<T>,
): Promise<{ start: Start; done: T }> {
  const controller = await startController(controlPlane, home);
  try {
    const steadyMs = await controller.steady();
    const started = {
      steadyMs,
      writes: await controller.writes(),
      cpuMs: controller.cpu(),
      memory: controller.memory(),
    };
    say(`steady: ${JSON.stringify(started)}`);
    return { start: started, done: await then(controller) };
  } finally {
    await controller.stop();
  }
}

async function rest(controller: ControllerProcess, { controlPlane }: FilledCluster): Promise<Quiet> {
  const count = async () => ({
    cpuMs: controller.cpu(),
    writes: await controller.writes(),
    apiServerWrites: total(await apiServerWrites(controlPlane)),
  });
  const before = await count();
  await sleep(QUIET_SECONDS * 1000);
  const after = await count();
  const quiet = {
    seconds: QUIET_SECONDS,
    cpuMs: after.cpuMs - before.cpuMs,
    writes: after.writes - before.writes,
    apiServerWrites: after.apiServerWrites - before.apiServerWrites,
    memory: controller.memory(),
  };
  say(`quiet: ${JSON.stringify(quiet)}`);
  return quiet;
}

/** Pods are deleted and others take their place: three writes for each of them. */
async function churn(controller: ControllerProcess, { makePod, deletePod }: FilledCluster): Promise<Churn> {
  const cpuBefore = controller.cpu();
  const began = performance.now();
  let replaced = 0;
  const wanted = Math.min(CHURN_SECONDS * CHURN_PER_SECOND, size.pods);
  const worker = async () => {
    while (replaced < wanted && performance.now() - began < CHURN_SECONDS * 1000) {
      const index = replaced++;
      const early = began + (index / CHURN_PER_SECOND) * 1000 - performance.now();
      if (early > 0) await sleep(early);
      await deletePod(index);
      await makePod(index, 1);
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  const seconds = (performance.now() - began) / 1000;
  const churned = {
    seconds,
    perSecond: replaced / seconds,
    cpuMs: controller.cpu() - cpuBefore,
    memory: controller.memory(),
  };
  say(`churn: ${JSON.stringify(churned)}`);
  return churned;
}
