import type { Command } from 'commander';
import type { ExitCode } from './exit-code.ts';
import type { Surroundings } from './surroundings.ts';

/** One verb of the command line: a file in commands/, listed in commands/index.ts. */
export type CliCommand = {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Command lines that work as they stand, with what they do. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  /** Adds arguments and options, and what is to happen. */
  readonly define: (command: Command, context: CommandContext) => void;
};

export type CommandContext = {
  readonly surroundings: Surroundings;
  /** Makes an action whose exit code becomes that of the run. */
  readonly runs: <Args extends readonly unknown[]>(
    deed: (...args: Args) => ExitCode | Promise<ExitCode>,
  ) => (...args: Args) => Promise<void>;
};
