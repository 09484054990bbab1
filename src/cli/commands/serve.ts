import { InvalidArgumentError } from 'commander';
import { addCatalogOptions } from '../catalog-options.ts';
import type { CliCommand } from '../command.ts';
import type { ServeFlags } from '../serve/run-serve.ts';
import { USUAL_PORT } from '../serve/usual-port.ts';

export const serve: CliCommand = {
  name: 'serve',
  summary: 'run the webhook with the built-in catalog and a certificate of its own making, for a first look',
  examples: [
    ['rootlock serve --demo', 'and see what it does to an ordinary pod'],
    ['rootlock serve --port 9443 --catalog my-profiles/', 'with profiles of your own'],
  ],
  define(command, { surroundings, runs }) {
    addCatalogOptions(command)
      .option(
        '--port <number>',
        `the port to listen on; ${USUAL_PORT}, or a free one where that is taken`,
        portOf,
      )
      .option('--host <address>', 'the address to listen on', '127.0.0.1')
      .option('--demo', 'send it an example pod, and show what becomes of it')
      .action(
        runs(async (flags: ServeFlags) => {
          // The server is half of what a start takes, and no other command needs it.
          const { runServe } = await import('../serve/run-serve.ts');
          return runServe(flags, surroundings);
        }),
      );
  },
};

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It takes a port from 0 to 65535.');
}
