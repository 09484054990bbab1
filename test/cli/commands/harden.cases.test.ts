import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { runCli } from '../run-cli.ts';

const CASES = fileURLToPath(new URL('cases/harden/', import.meta.url));

/**
 * Each folder holds input.yaml (or input.json), want.yaml (or want.json): what harden makes of it, and want.txt: what it
 * says on stderr. The latter two are written by UPDATE_GOLDEN=1 and reviewed like code.
 */
describe('harden', () => {
  test.each(readdirSync(CASES))('hardens %s, once and for all', async (name) => {
    const folder = `${CASES}${name}`;
    const extension = existsSync(`${folder}/input.json`) ? 'json' : 'yaml';
    const input = `input.${extension}`;
    const text = readFileSync(`${folder}/${input}`, 'utf8');
    const { exitCode, stdout, stderr } = await runCli(['harden', '-f', input], { files: { [input]: text } });
    const said = `${stderr}exit code ${exitCode}\n`;
    if (process.env.UPDATE_GOLDEN && !process.env.CI) {
      writeFileSync(`${folder}/want.${extension}`, stdout);
      writeFileSync(`${folder}/want.txt`, said);
    }
    expect(stdout).toBe(readFileSync(`${folder}/want.${extension}`, 'utf8'));
    expect(said).toBe(readFileSync(`${folder}/want.txt`, 'utf8'));

    if (name === 'krm-function') return; // its results are of one run
    const again = await runCli(['harden', '-f', input], { files: { [input]: stdout } });
    expect(again.stdout).toBe(stdout);
  });
});
