import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type ContainerPath,
  isBelow,
  isWithin,
  parseContainerPath,
  realPath,
} from '../../src/core/container-path.ts';

describe('parseContainerPath', () => {
  test.each([
    { text: '/', path: '/' },
    { text: '//', path: '/' },
    { text: '/tmp/', path: '/tmp' },
    { text: '/var//cache///nginx', path: '/var/cache/nginx' },
    { text: '/a/./b/../c', path: '/a/c' },
    { text: '/../../etc', path: '/etc' },
    { text: '/a b/ü', path: '/a b/ü' },
    { text: '/...', path: '/...' },
  ])('cleans $text to $path', ({ text, path }) => {
    expect(parseContainerPath(text)).toBe(path);
  });

  test.each([
    { text: '' },
    { text: 'tmp' },
    { text: './tmp' },
    { text: '~/tmp' },
    { text: 'C:\\tmp' },
    { text: '/a:b' },
    { text: '/a\0b' },
  ])('refuses $text', ({ text }) => {
    expect(parseContainerPath(text)).toBeUndefined();
  });

  test('changes nothing that is clean already', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const path = parseContainerPath(`/${text}`);
        return path === undefined || parseContainerPath(path) === path;
      }),
    );
  });
});

describe('isWithin and isBelow', () => {
  test.each([
    { path: '/var/run', ancestor: '/var', within: true, below: true },
    { path: '/var', ancestor: '/var', within: true, below: false },
    { path: '/', ancestor: '/', within: true, below: false },
    { path: '/var', ancestor: '/', within: true, below: true },
    { path: '/variable', ancestor: '/var', within: false, below: false },
    { path: '/var', ancestor: '/var/run', within: false, below: false },
  ])('know whether $path lies in $ancestor', ({ path, ancestor, within, below }) => {
    expect(isWithin(pathOf(path), pathOf(ancestor))).toBe(within);
    expect(isBelow(pathOf(path), pathOf(ancestor))).toBe(below);
  });
});

describe('realPath', () => {
  test.each([
    { path: '/var/run', real: '/run' },
    { path: '/var/run/nginx', real: '/run/nginx' },
    { path: '/var/lock', real: '/run/lock' },
    { path: '/var/lock/a', real: '/run/lock/a' },
    { path: '/run/lock', real: '/run/lock' },
    { path: '/var/running', real: '/var/running' },
    { path: '/var', real: '/var' },
    { path: '/', real: '/' },
  ])('follows the usual links of $path', ({ path, real }) => {
    expect(realPath(pathOf(path))).toBe(real);
  });
});

function pathOf(text: string): ContainerPath {
  const path = parseContainerPath(text);
  if (path === undefined) throw new Error(`${text} is no container path`);
  return path;
}

function anyText(): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom('/', '.', '..', 'a', 'var', 'run', ':'), { maxLength: 12 })
    .map((parts) => parts.join(''));
}
