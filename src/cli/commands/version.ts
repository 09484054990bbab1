import type { CliCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { VERSION } from '../version.ts';

export const version: CliCommand = {
  name: 'version',
  summary: 'print the version',
  examples: [['rootlock version', 'the version of this program']],
  define(command, { surroundings: { stdout }, runs }) {
    command.action(
      runs(() => {
        stdout.write(`${VERSION}\n`);
        return EXIT.ok;
      }),
    );
  },
};
