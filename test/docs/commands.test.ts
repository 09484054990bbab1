import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { readValues } from '../../scripts/chart/values.ts';
import { addCommand } from '../../src/cli/add-command.ts';
import type { CommandContext } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands/index.ts';

const ROOT = new URL('../../', import.meta.url);
const PAGES = globSync(['*.md', 'docs/**/*.md', 'charts/**/*.md'], { cwd: ROOT }).toSorted();
const SCRIPTS = Object.keys(JSON.parse(read('package.json')).scripts);
const VALUES = readValues(read('charts/rootlock/values.yaml')).values.map(({ path }) => path.join('.'));

/** All of the command line, of which nothing is run. */
const PROGRAM = new Command('rootlock');
const NOTHING_RUNS = { surroundings: {}, runs: (deed: unknown) => deed } as unknown as CommandContext;
for (const each of COMMANDS) addCommand(PROGRAM, each, NOTHING_RUNS);

type Told = { readonly page: string; readonly line: string };

/** What the pages say to type: lines of code blocks, and code within sentences. */
const TOLD: readonly Told[] = PAGES.flatMap((page) => {
  const text = read(page);
  const blocks = [...text.matchAll(/^ *```sh\n(.*?)^ *```$/gms)].flatMap(([, block = '']) =>
    block.replaceAll('\\\n', ' ').split('\n'),
  );
  const inline = [...text.replaceAll(/^ *```.*?^ *```$/gms, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, code = '']) => code,
  );
  return [...blocks, ...inline].map((line) => ({ page, line: line.replace(/\s#\s.*$/, '').trim() }));
});

/** The words after `start` in each told line that has it, as far as one command goes. */
function toldAfter(start: RegExp): readonly (Told & { readonly words: readonly string[] })[] {
  return TOLD.flatMap(({ page, line }) => {
    const [, after] = start.exec(line) ?? [];
    if (after === undefined) return [];
    const words = (after.split(/\s(?:\||&&|>)\s/)[0] ?? '').split(/\s+/).filter((word) => word !== '');
    return [{ page, line, words }];
  });
}

describe('the pages tell', () => {
  const lines = toldAfter(/(?:^|\| |&& )(?:kubectl )?(?:npm run -s )?rootlock (?:-- )?([a-zA-Z].*)/);

  test.each(lines)('$line, which is a command with these options ($page)', ({ words }) => {
    const [verb = ''] = words;
    if (verb === 'COMMAND') return;
    let command: Command = PROGRAM;
    let at = 0;
    for (; at < words.length && command.commands.length > 0; at++) {
      // `catalog list|show|test`: each of them.
      const names = (words[at] ?? '').split('|');
      const known = command.commands.filter((each) => names.includes(each.name()));
      expect(known.map((each) => each.name()).toSorted()).toEqual(names.toSorted());
      command = known[0] ?? command;
    }
    const flags = words.slice(at).filter((word) => /^-+\w/.test(word) && word !== '--help');
    const known = command.options.flatMap(({ short, long }) => [short, long]);
    expect(flags.filter((flag) => !known.includes(flag.split('=')[0]))).toEqual([]);
  });

  const scripts = toldAfter(/(?:^|&& )npm run (?:-s )?(.+)/).map(({ page, line, words }) => ({
    page,
    line,
    script: words[0] ?? '',
  }));
  test.each(scripts)('$line, which is a script ($page)', ({ script }) => {
    expect(SCRIPTS).toContain(script);
  });

  const settings = TOLD.flatMap(({ page, line }) =>
    [...line.matchAll(/--set(?:-string)? ([\w.]+)=/g)].map(([, value = '']) => ({ page, value })),
  );
  test.each(settings)('--set $value, which the chart has ($page)', ({ value }) => {
    const known = VALUES.some((each) => each === value || value.startsWith(`${each}.`));
    expect([value, known]).toEqual([value, true]);
  });

  test('of many', () => {
    expect(lines.length).toBeGreaterThan(20);
    expect(scripts.length).toBeGreaterThan(15);
    expect(settings.length).toBeGreaterThan(5);
  });
});

function read(page: string): string {
  return readFileSync(new URL(page, ROOT), 'utf8');
}
