// The controller as it runs in a pod: the built program, its service account's files (in the folder that it is given), and
// settings from the environment. JavaScript, so that no TypeScript is read in the process that is measured.
import { readBuiltinProfiles } from '../../dist/builtin.js';
import '../../dist/cli/commands/index.js';
import { processEnvironment, readConfig } from '../../dist/config.js';
import { runController } from '../../dist/controller.js';
import { favourMemory } from '../../dist/favour-memory.js';
import { inClusterAccess } from '../../dist/kube/in-cluster.js';
import { openLog } from '../../dist/log.js';

favourMemory();
const [host = '', port = '', folder = ''] = process.argv.slice(2);
const read = readConfig(processEnvironment());
if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems));
const { log } = openLog({
  level: read.config.logLevel,
  format: 'json',
  write: (lines) => process.stdout.write(lines),
  now: Date.now,
});
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const access = inClusterAccess({ host, port, folder, now: () => performance.now() });
const builtin = readBuiltinProfiles();
await runController({ access, config: read.config, builtin, version: 'bench', log }, stop.signal);
