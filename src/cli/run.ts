import { Command, CommanderError } from 'commander';
import { addCommand, EXIT_CODES } from './add-command.ts';
import type { CliCommand, CommandContext } from './command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Surroundings } from './surroundings.ts';
import { UsageError } from './usage-error.ts';
import { VERSION } from './version.ts';

/** Runs one command line (without the program's own name) and returns its exit code. */
export async function run(
  commands: readonly CliCommand[],
  argv: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stderr } = surroundings;
  let exitCode: ExitCode = EXIT.ok;
  const context: CommandContext = {
    surroundings,
    runs:
      (deed) =>
      async (...args) => {
        exitCode = await deed(...args);
      },
  };
  const program = createProgram(commands, context);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.ok;
      if (error.code !== 'commander.help') stderr.write(`See '${helpCommand(commands, argv)}' for usage.\n`);
      return EXIT.usage;
    }
    if (!(error instanceof UsageError)) throw error;
    stderr.write(`error: ${error.message}\n`);
    return EXIT.usage;
  }
}

/** Of the command that is meant, as far as it is known. */
function helpCommand(commands: readonly CliCommand[], [name]: readonly string[]): string {
  const known = commands.some((each) => each.name === name);
  return known ? `rootlock ${name} --help` : 'rootlock --help';
}

function createProgram(commands: readonly CliCommand[], context: CommandContext): Command {
  const { stdout, stderr } = context.surroundings;
  const program = new Command('rootlock')
    .usage('COMMAND [options]   (or, as a kubectl plugin: kubectl rootlock COMMAND [options])')
    .description('Runs pods with a read-only root filesystem, without breaking them.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => stdout.columns,
      getErrHelpWidth: () => stderr.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showSuggestionAfterError()
    .exitOverride();
  for (const each of commands) addCommand(program, each, context);
  return program.addHelpText('after', `\n${EXIT_CODES}`);
}
