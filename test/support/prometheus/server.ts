import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/core/json.ts';
import { freePort } from '../control-plane/ports.ts';
import { lastLines, startProcess } from '../control-plane/supervised-process.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import { prometheusProgram } from './programs.ts';

/** One series of an answer, with its value now. */
export type Sample = { readonly metric: Readonly<Record<string, string>>; readonly value: number };

/** A real Prometheus, on a port of the loopback. */
export type Prometheus = {
  /** What it says of a query; rejects with its own words where it does not understand one. */
  readonly query: (expr: string) => Promise<readonly Sample[]>;
  /** The `data` of a path of its API. */
  readonly get: (path: string) => Promise<JsonObject>;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
};

type Answer = { readonly status: string; readonly error?: string; readonly data: JsonObject };
type Vector = readonly {
  readonly metric: Record<string, string>;
  readonly value: readonly [number, string];
}[];

/** `folder` is its own: its data is there, and what it logs. */
export async function startPrometheus(folder: string, config: JsonObject): Promise<Prometheus> {
  const file = join(folder, 'prometheus.json');
  const logFile = join(folder, 'prometheus.log');
  writeFileSync(file, JSON.stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const started = startProcess({
    command: await prometheusProgram('prometheus'),
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
    ],
    logFile,
    graceSeconds: 10,
  });
  const log = () => readFileSync(logFile, 'utf8');
  const get = async (path: string): Promise<JsonObject> => {
    const answer = (await (await fetch(`http://${address}/api/v1/${path}`)).json()) as Answer;
    if (answer.status === 'success') return answer.data;
    throw new Error(`Prometheus says to ${path}: ${answer.error}`);
  };
  await waitUntil(
    'Prometheus to be ready',
    async () => {
      if (started.exited) throw new Error(`Prometheus has ended:\n${lastLines(log())}`);
      const answer = await fetch(`http://${address}/-/ready`).catch(() => undefined);
      return answer?.ok || undefined;
    },
    { saw: log },
  );
  return {
    get,
    query: async (expr) => {
      const { result } = await get(`query?query=${encodeURIComponent(expr)}`);
      return (result as unknown as Vector).map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
    },
    log,
    stop: () => started.stop(),
  };
}
