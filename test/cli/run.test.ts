import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { runCli } from './run-cli.ts';

const LEAVES = COMMANDS.flatMap(({ name }) =>
  name === 'catalog' ? ['catalog list', 'catalog show', 'catalog lint'] : [name],
);

describe('run', () => {
  test('prints the version of package.json', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await runCli(['--version'])).toMatchObject({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('lists every command in its help, tells of the kubectl plugin and the exit codes', async () => {
    const { exitCode, stdout } = await runCli(['--help']);
    expect(exitCode).toBe(0);
    for (const { name } of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    expect(stdout).toContain('kubectl rootlock COMMAND');
    expect(stdout).toContain('Exit codes: 0 ');
  });

  test.each(LEAVES)('gives %s a help with examples and exit codes, in lines that fit', async (command) => {
    const { exitCode, stdout } = await runCli([...command.split(' '), '--help'], { columns: 80 });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`\nExamples:\n(  # .*\n  .*rootlock ${command}.*\n){1,3}`));
    expect(stdout).toContain('Exit codes: 0 ');
    const [options = ''] = stdout.split('Examples:');
    expect(options.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test.each([
    [[], 'Usage: rootlock COMMAND'],
    [['hardn'], "error: unknown command 'hardn'\n(Did you mean harden?)\nSee 'rootlock --help' for usage.\n"],
    [
      ['scan', '--fail'],
      "error: unknown option '--fail'\n(Did you mean --fail-on?)\nSee 'rootlock scan --help' for usage.\n",
    ],
    [
      ['catalog', 'lists'],
      "error: unknown command 'lists'\n(Did you mean list?)\nSee 'rootlock catalog --help' for usage.\n",
    ],
    [['catalog'], 'Usage: rootlock catalog'],
    [['catalog', 'show'], "error: missing required argument 'name|image'\n"],
  ])('answers the wrong command line %j with exit code 2', async (argv, says) => {
    const { exitCode, stdout, stderr } = await runCli(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(says);
  });

  test('lets a damaged catalog fail with its own words', async () => {
    const builtin = (): never => {
      throw new Error('the built-in profile x.yaml is malformed');
    };
    await expect(runCli(['catalog', 'list'], { builtin })).rejects.toThrow('x.yaml');
  });
});

describe('a pipe in which nothing comes', () => {
  test.each(['harden', 'scan', 'explain'])('is a wrong usage of %s', async (command) => {
    const { stderr, stdout, exitCode } = await runCli([command, '-f', '-'], { stdin: '\n' });
    expect(stderr).toBe(
      'error: nothing came in on stdin: see what the program before rootlock says, or name files with -f\n',
    );
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });
});

test('version prints what --version does', async () => {
  const [verb, flag] = await Promise.all([runCli(['version']), runCli(['--version'])]);
  expect(verb).toEqual(flag);
  expect(verb.stdout).toMatch(/^\d+\.\d+\.\d+/);
});
