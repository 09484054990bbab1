import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readBuiltinCatalog, readBuiltinProfiles } from '../src/builtin.ts';
import { parseImage } from '../src/core/image/reference.ts';
import { isObject } from '../src/core/json.ts';

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

describe('the shipped catalog', () => {
  const shipped = readBuiltinProfiles();
  const namesOf = (some: typeof shipped) => some.map(({ profile }) => profile.name);

  test('says of each profile where that is documented', () => {
    const undocumented = shipped.filter(({ resource }) => {
      const sources = sourcesOf(resource);
      return sources.length === 0 || sources.some((source) => !/^https:\/\/[^\s/]+\/\S+$/.test(source));
    });
    expect(namesOf(undocumented)).toEqual([]);
  });

  test('says of each path what is written there, and of each exemption why', () => {
    const unexplained = shipped.filter(
      ({ profile: { action, reason, paths } }) =>
        paths.some(({ description }) => description === '') || (action === 'Exempt' && reason === ''),
    );
    expect(namesOf(unexplained)).toEqual([]);
  });

  test('has each name once, and each image once', () => {
    expect(repeated(namesOf(shipped))).toEqual([]);
    const images = shipped.map(({ profile: { image } }) =>
      [canonical(image.repository), image.tags].join(' '),
    );
    expect(repeated(images)).toEqual([]);
  });

  test('gives nginx the two paths of the README, and no other', () => {
    const [nginx] = shipped.filter(({ profile: { name } }) => name === 'nginx');
    expect(nginx?.profile.paths.map(({ path }) => path)).toEqual(['/var/cache/nginx', '/var/run']);
  });

  test('labels each profile as built in', () => {
    expect(namesOf(shipped.filter(({ profile: { source } }) => source !== 'builtin'))).toEqual([]);
  });
});

function sourcesOf({ metadata }: ReturnType<typeof readBuiltinProfiles>[number]['resource']): string[] {
  const annotations = isObject(metadata) && isObject(metadata.annotations) ? metadata.annotations : {};
  return `${annotations['rootlock.dev/sources'] ?? ''}`.split('\n').filter((line) => line !== '');
}

function repeated(texts: readonly string[]): string[] {
  return texts.filter((text, index) => texts.indexOf(text) !== index);
}

/** `nginx` and `docker.io/library/nginx` are one repository. */
function canonical(repository: string): string {
  const parsed = parseImage(repository);
  return parsed.kind === 'image' ? parsed.image.repository : repository;
}
