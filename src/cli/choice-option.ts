import { InvalidArgumentError, Option } from 'commander';

/** A flag that takes one of a few words; help shows them in one line, where commander would take two. */
export function choiceOption(flags: string, about: string, values: readonly string[]): Option {
  return new Option(flags, `${about}: ${values.join(', ')}`).argParser((value: string) => {
    if (values.includes(value)) return value;
    throw new InvalidArgumentError(`It takes ${values.join(', ')}.`);
  });
}

export function colorOption(): Option {
  return choiceOption('--color <when>', 'whether to colour', ['auto', 'always', 'never']).default('auto');
}

/** For flags that may be repeated. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
