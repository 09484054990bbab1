import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { freeName, isOurVolume, volumeName } from '../../../src/core/admission/volume-name.ts';
import type { ContainerPath } from '../../../src/core/container-path.ts';

describe('volumeName', () => {
  test.each([
    { container: 'web', path: '/var/cache/nginx', name: 'rootlock-web-var-cache-nginx' },
    { container: 'web', path: '/app/.next/cache', name: 'rootlock-web-app-next-cache' },
    { container: 'web', path: '/data_Dir/ü', name: 'rootlock-web-data-dir' },
  ])('names $path of $container $name', ({ container, path, name }) => {
    expect(volumeName(container, path as ContainerPath, new Set())).toBe(name);
  });

  test('is always a label that is not taken', () => {
    const names = fc.array(fc.string({ maxLength: 80 }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/), names, (container, paths) => {
        const taken = new Set<string>();
        for (const path of paths) {
          const name = volumeName(container, `/${path}` as ContainerPath, taken);
          expect(taken.has(name)).toBe(false);
          expect(name).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
          expect(isOurVolume(name)).toBe(true);
          taken.add(name);
        }
      }),
    );
  });

  test('is what it was and what it would be without memory, whoever asked before', () => {
    const container = fc.stringMatching(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
    const paths = fc.array(
      fc.constantFrom('/tmp', '/var/run', '/var/cache/nginx', `/${'deep/'.repeat(20)}x`),
    );
    fc.assert(
      fc.property(container, paths, fc.boolean(), (name, asked, isTaken) => {
        for (const path of asked) {
          const plain = freeName(`rootlock-${name}${path}`, new Set());
          const taken = new Set(isTaken ? [plain] : []);
          const want = freeName(`rootlock-${name}${path}`, taken);
          expect(volumeName(name, path as ContainerPath, taken)).toBe(want);
        }
      }),
    );
  });
});

test('freeName counts up until a name is free', () => {
  expect(freeName('a', new Set(['a', 'a-2']))).toBe('a-3');
});
