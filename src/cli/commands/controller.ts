import { readBuiltinProfiles } from '../../builtin.ts';
import { runController } from '../../controller.ts';
import { favourMemory } from '../../favour-memory.ts';
import { clusterAccess } from '../../kube/connect.ts';
import type { CliCommand } from '../command.ts';
import { runServer } from '../serve/server-process.ts';
import { VERSION } from '../version.ts';

export const controller: CliCommand = {
  name: 'controller',
  summary: 'run the controller, which keeps the catalog of a cluster up to date',
  examples: [['rootlock controller', 'in a pod, or wherever KUBECONFIG names a cluster']],
  define(command, { surroundings, runs }) {
    command.action(
      runs(() => {
        favourMemory();
        return runServer('controller', surroundings, async ({ config, environment, log, stop }) => {
          const access = await clusterAccess(environment);
          await runController(
            { access, config, builtin: readBuiltinProfiles(), version: VERSION, log },
            stop,
          );
        });
      }),
    );
  },
};
