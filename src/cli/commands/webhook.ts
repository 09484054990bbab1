import type { CliCommand } from '../command.ts';
import { runServer } from '../serve/server-process.ts';
import { VERSION } from '../version.ts';

export const webhook: CliCommand = {
  name: 'webhook',
  summary: 'run the webhook of a cluster, which hardens pods as they are created',
  examples: [['rootlock webhook', 'in a pod, or wherever KUBECONFIG names a cluster']],
  define(command, { surroundings, runs }) {
    command.action(
      runs(() =>
        runServer('webhook', surroundings, async ({ stop, ...start }) => {
          // What no other command needs is loaded with none of them.
          const { runWebhook } = await import('../../main.ts');
          await runWebhook({ ...start, builtin: surroundings.builtin(), version: VERSION }, stop);
        }),
      ),
    );
  },
};
