import { type Config, type Environment, processEnvironment, readConfig } from '../../config.ts';
import { type Log, openLog } from '../../log.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../surroundings.ts';

/** What a server of a cluster is started with. */
export type ServerStart = {
  readonly config: Config;
  readonly environment: Environment;
  readonly log: Log;
  readonly stop: AbortSignal;
};

/**
 * Runs a server of a cluster until it is stopped. It is set by environment variables (src/config.ts), tells what it does
 * in its log, and that is also where its failure is told.
 */
export async function runServer(
  name: string,
  { stderr, now, stopSignal }: Surroundings,
  server: (start: ServerStart) => Promise<void>,
): Promise<ExitCode> {
  const environment = processEnvironment();
  const read = readConfig(environment);
  if (read.kind === 'problems') {
    for (const { message } of read.problems) stderr.write(`error: ${message}\n`);
    return EXIT.usage;
  }
  const { config } = read;
  const format = config.logFormat === 'auto' ? (stderr.isTTY ? 'text' : 'json') : config.logFormat;
  const { log, flush } = openLog({
    level: config.logLevel,
    format,
    write: (lines) => stderr.write(lines),
    now,
  });
  try {
    await server({ config, environment, log, stop: stopSignal() });
    return EXIT.ok;
  } catch (error) {
    log.error(`the ${name} failed`, { error: error instanceof Error ? error : String(error) });
    return EXIT.problems;
  } finally {
    flush();
  }
}
