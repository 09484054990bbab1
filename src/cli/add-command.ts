import type { Command } from 'commander';
import type { CliCommand, CommandContext } from './command.ts';
import { EXIT } from './exit-code.ts';

export const EXIT_CODES = `Exit codes: ${EXIT.ok} all is well; ${EXIT.problems} problems or findings, told above; ${EXIT.usage} wrong usage, nothing was done.`;

/** Adds a verb to the program, or to another verb, with its help. */
export function addCommand(parent: Command, each: CliCommand, context: CommandContext): void {
  const command = parent.command(each.name).summary(each.summary).description(sentence(each.summary));
  each.define(command, context);
  command.addHelpText('after', () => `\n${examples(each)}${EXIT_CODES}`);
}

function examples({ examples: rows }: CliCommand): string {
  if (rows.length === 0) return '';
  return `${['Examples:', ...rows.flatMap(([line, does]) => [`  # ${does}`, `  ${line}`])].join('\n')}\n\n`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
