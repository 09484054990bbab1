import { KubeConfig } from '@kubernetes/client-node';
import { type Config, readConfig } from '../../../src/config.ts';
import { runController } from '../../../src/controller.ts';
import type { Shipped } from '../../../src/core/catalog/shipping.ts';
import { systemClock } from '../../../src/kube/clock.ts';
import type { Clock } from '../../../src/kube/reflector.ts';
import type { Log, LogFields, LogLevel } from '../../../src/log.ts';
import { type FaultProxy, startFaultProxy } from '../../support/control-plane/fault-proxy.ts';
import type { ControlPlane } from '../../support/control-plane/start.ts';
import { until } from '../../support/until.ts';
import { controllerToken } from './rbac.ts';

/** A controller that runs in this process, under its own rights, and everything it asks of the API server. */
export type RunningController = {
  readonly proxy: FaultProxy;
  readonly entries: readonly LogEntry[];
  /** Of its metrics, as Prometheus reads them. */
  readonly metrics: () => Promise<string>;
  /** Stops it cleanly. */
  readonly stop: () => Promise<void>;
};

export type LogEntry = { readonly level: LogLevel; readonly message: string; readonly fields: LogFields };

export type ControllerSetup = {
  readonly cluster: ControlPlane;
  /** Where its Lease is: made by `controllerHome`. */
  readonly home: Home;
  readonly shipped?: readonly Shipped[];
  readonly config?: Partial<Config>;
};

export type Home = { readonly namespace: string; readonly token: string };

export async function controllerHome(cluster: ControlPlane): Promise<Home> {
  const namespace = await cluster.freshNamespace();
  return { namespace, token: await controllerToken(cluster, namespace) };
}

/** So many times faster than the machine's: the controller's pauses between two looks, and between two writes. */
const SPEED = 10;
const fastClock: Clock = {
  now: () => systemClock.now() * SPEED,
  sleep: (ms, signal) => systemClock.sleep(ms / SPEED, signal),
  random: systemClock.random,
};

/** Resolves once it leads and its caches are filled. It waits a tenth of what it waits elsewhere. */
export async function startController(setup: ControllerSetup): Promise<RunningController> {
  const { cluster, home, shipped = [] } = setup;
  const proxy = await startFaultProxy(cluster);
  const access = new KubeConfig();
  access.loadFromFile(cluster.kubeconfigFor({ token: home.token, server: proxy.url }));
  const entries: LogEntry[] = [];
  const stop = new AbortController();
  const config = { ...defaults(), namespace: home.namespace, ...setup.config };
  const running = runController(
    { access, config, builtin: shipped, version: 'test', log: logInto(entries), clock: fastClock },
    stop.signal,
  );
  const said = (message: string) => entries.find((entry) => entry.message === message);
  const stopIt = async () => {
    stop.abort();
    await running;
    await proxy.stop();
  };
  await until(() => said('leading') && said('usage known'), 90_000).catch(async (error) => {
    await stopIt();
    throw error;
  });
  const port = Number(said('probes')?.fields.port);
  return {
    proxy,
    entries,
    metrics: async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
    stop: stopIt,
  };
}

function defaults(): Config {
  const read = readConfig({ ROOTLOCK_HTTPS_HOST: '127.0.0.1', ROOTLOCK_PROBE_PORT: '0' });
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems));
  return read.config;
}

function logInto(entries: LogEntry[]): Log {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      entries.push({ level, message, fields });
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
