import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createFiles } from '../../src/cli/files.ts';
import { createFolder } from './run-cli.ts';

describe('createFiles', () => {
  test('lists files to their depth, without folders that begin with a dot, and follows links to files alone', () => {
    const folder = createFolder({ 'b.yaml': '', 'a/c.yaml': '', '.git/d.yaml': '', '.hidden.yaml': '' });
    symlinkSync('b.yaml', join(folder, 'link.yaml'));
    symlinkSync('.', join(folder, 'loop'));
    symlinkSync('nowhere', join(folder, 'broken.yaml'));
    expect(createFiles(folder).list('.')).toEqual(['.hidden.yaml', 'a/c.yaml', 'b.yaml', 'link.yaml']);
  });

  test('tells files, folders and nothing apart', () => {
    const files = createFiles(createFolder({ 'a/b.yaml': '' }));
    expect(['a/b.yaml', 'a', 'c'].map(files.kindOf)).toEqual(['file', 'folder', 'nothing']);
  });

  test('writes new files into new folders, and leaves nothing else behind', async () => {
    const folder = createFolder({});
    await createFiles(folder).write('x/y/z.yaml', 'text');
    expect(readdirSync(join(folder, 'x/y'))).toEqual(['z.yaml']);
    expect(readFileSync(join(folder, 'x/y/z.yaml'), 'utf8')).toBe('text');
  });

  test('replaces what a link points to, with its rights', async () => {
    const folder = createFolder({ 'a.yaml': 'old' });
    chmodSync(join(folder, 'a.yaml'), 0o600);
    symlinkSync('a.yaml', join(folder, 'link.yaml'));
    await createFiles(folder).replace('link.yaml', { old: 'old', new: 'new' });
    expect(readFileSync(join(folder, 'a.yaml'), 'utf8')).toBe('new');
    expect(statSync(join(folder, 'a.yaml')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).toSorted()).toEqual(['a.yaml', 'link.yaml']);
  });

  test('replaces nothing that has changed since it was read', async () => {
    const folder = createFolder({ 'a.yaml': 'old' });
    const files = createFiles(folder);
    writeFileSync(join(folder, 'a.yaml'), 'changed');
    await expect(files.replace('a.yaml', { old: 'old', new: 'new' })).rejects.toThrow(
      'has changed since it was read',
    );
    expect(readFileSync(join(folder, 'a.yaml'), 'utf8')).toBe('changed');
  });

  test('leaves no half of a file where it cannot be written', async () => {
    const folder = createFolder({});
    mkdirSync(join(folder, 'taken'));
    await expect(createFiles(folder).write('taken', 'text')).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['taken']);
  });
});
