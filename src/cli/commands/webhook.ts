import { processEnvironment, readConfig } from '../../config.ts';
import { openLog } from '../../log.ts';
import type { CliCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../surroundings.ts';
import { VERSION } from '../version.ts';

export const webhook: CliCommand = {
  name: 'webhook',
  summary: 'run the webhook of a cluster, which hardens pods as they are created',
  examples: [['rootlock webhook', 'in a pod, or wherever KUBECONFIG names a cluster']],
  define(command, { surroundings, runs }) {
    command.action(runs(() => run(surroundings)));
  },
};

/** Set by environment variables, as all servers are (src/config.ts). */
async function run({ stderr, now, builtin, stopSignal }: Surroundings): Promise<ExitCode> {
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
    // What no other command needs is loaded with none of them.
    const { runWebhook } = await import('../../main.ts');
    const options = { config, environment, builtin: builtin(), version: VERSION, log: opened.log };
    await runWebhook(options, stopSignal());
    return EXIT.ok;
  } catch (error) {
    opened.log.error('the webhook failed', { error: error instanceof Error ? error : String(error) });
    return EXIT.problems;
  } finally {
    opened.flush();
  }
}
