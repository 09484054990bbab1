import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readBuiltinCatalog } from '../src/builtin.ts';

function readFolder(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'rootlock-builtin-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return readBuiltinCatalog(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const PROFILE = `apiVersion: rootlock.dev/v1alpha1
kind: ClusterWritablePathProfile
metadata: {name: web}
spec:
  image: {repository: nginx}
  paths: [{path: /var/cache/nginx}]
`;

describe('readBuiltinCatalog', () => {
  test('reads the shipped profiles, nginx among them', () => {
    const profiles = readBuiltinCatalog();
    expect(profiles.filter(({ name, source }) => name === 'nginx' && source === 'builtin')).toHaveLength(1);
  });

  test('reads each document of each YAML file, in the order of their names', () => {
    const more = PROFILE.replace('name: web', 'name: more');
    const profiles = readFolder({
      'b.yaml': `---\n${PROFILE}---\n${more}---\n`,
      'a.yaml': more,
      'note.txt': '{',
    });
    expect(profiles.map(({ name }) => name)).toEqual(['more', 'web', 'more']);
  });

  test.each([
    ['no YAML', 'a: [', 'the built-in profile bad.yaml is no YAML: '],
    [
      'no profile',
      'kind: Pod',
      'the built-in profile bad.yaml is malformed: apiVersion: must be rootlock.dev/v1alpha1',
    ],
    ['a bad path', PROFILE.replace('/var/cache/nginx', 'relative'), 'spec.paths[0].path: must be absolute'],
  ])('names the file that is %s', (_what, text, says) => {
    expect(() => readFolder({ 'a.yaml': PROFILE, 'bad.yaml': text })).toThrow(says);
  });
});
