import { readBuiltinProfiles } from '../../builtin.ts';
import { processEnvironment, readConfig } from '../../config.ts';
import { runController } from '../../controller.ts';
import { favourMemory } from '../../favour-memory.ts';
import { clusterAccess } from '../../kube/connect.ts';
import { openLog } from '../../log.ts';
import type { CliCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../surroundings.ts';
import { VERSION } from '../version.ts';

export const controller: CliCommand = {
  name: 'controller',
  summary: 'run the controller, which keeps the catalog of a cluster up to date',
  examples: [['rootlock controller', 'in a pod, or wherever KUBECONFIG names a cluster']],
  define(command, { surroundings, runs }) {
    command.action(runs(() => run(surroundings)));
  },
};

/** Set by environment variables, as all servers are (src/config.ts). */
async function run({ stderr, now, stopSignal }: Surroundings): Promise<ExitCode> {
  favourMemory();
  const environment = processEnvironment();
  const read = readConfig(environment);
  if (read.kind === 'problems') {
    for (const { message } of read.problems) stderr.write(`error: ${message}\n`);
    return EXIT.usage;
  }
  const { config } = read;
  const format = config.logFormat === 'auto' ? (stderr.isTTY ? 'text' : 'json') : config.logFormat;
  const opened = openLog({ level: config.logLevel, format, write: (lines) => stderr.write(lines), now });
  try {
    const builtin = readBuiltinProfiles();
    const access = await clusterAccess(environment);
    await runController({ access, config, builtin, version: VERSION, log: opened.log }, stopSignal());
    return EXIT.ok;
  } finally {
    opened.flush();
  }
}
