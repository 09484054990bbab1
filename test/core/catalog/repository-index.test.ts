import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { indexByRepository } from '../../../src/core/catalog/repository-index.ts';
import { plainlyMatches } from './plain-glob.ts';

describe('indexByRepository', () => {
  test.each([
    { pattern: 'docker.io/library/nginx', repository: 'docker.io/library/nginx', matches: true },
    { pattern: 'docker.io/library/nginx', repository: 'docker.io/library/nginx2', matches: false },
    { pattern: 'docker.io/library/*', repository: 'docker.io/library/nginx', matches: true },
    { pattern: 'docker.io/library/*', repository: 'docker.io/library/a/b', matches: false },
    { pattern: 'docker.io/library/nginx*', repository: 'docker.io/library/nginx', matches: true },
    { pattern: 'docker.io/library/*x*n*', repository: 'docker.io/library/axbnc', matches: true },
    { pattern: 'docker.io/library/a*a', repository: 'docker.io/library/a', matches: false },
    { pattern: '*/library/nginx', repository: 'docker.io/library/nginx', matches: true },
    { pattern: '*.example.com/a', repository: 'eu.example.com/a', matches: true },
    { pattern: '*.example.com/a', repository: 'example.com/a', matches: false },
    { pattern: 'quay.io/**', repository: 'quay.io/a', matches: true },
    { pattern: 'quay.io/**', repository: 'quay.io/a/b/c', matches: true },
    { pattern: 'quay.io/**', repository: 'ghcr.io/a', matches: false },
    { pattern: 'quay.io/**/c', repository: 'quay.io/c', matches: true },
    { pattern: 'quay.io/**/c', repository: 'quay.io/a/b/c', matches: true },
    { pattern: 'quay.io/**/c', repository: 'quay.io/c/d', matches: false },
    { pattern: '**/a/**/a/**', repository: 'quay.io/a/b/a', matches: true },
    { pattern: '**/a/**/a/**', repository: 'quay.io/a/b', matches: false },
    { pattern: '**', repository: 'quay.io/a', matches: true },
    { pattern: '**/**', repository: 'quay.io/a', matches: true },
  ])('says $matches to $pattern and $repository', ({ pattern, repository, matches }) => {
    const index = indexByRepository([filed(pattern)]);
    expect(index(repository)).toEqual(matches ? [pattern] : []);
  });

  test('finds the same as comparing each pattern', () => {
    const segment = fc.constantFrom('a', 'b', 'ab', 'abab');
    const glob = fc.constantFrom('**', '*', 'a*', '*b', '*b*', 'a*b', 'a*b*', 'a', 'b', 'ab');
    const patterns = fc.array(fc.array(glob, { minLength: 1, maxLength: 5 }).map(joined), { maxLength: 20 });
    const repositories = fc.array(fc.array(segment, { minLength: 1, maxLength: 5 }).map(joined), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(patterns, repositories, (all, names) => {
        const index = indexByRepository(all.map(filed));
        for (const name of names) {
          const wanted = all.filter((pattern) => plainlyMatches(pattern, name));
          expect(index(name).toSorted()).toEqual(wanted.toSorted());
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('answers to patterns and names that would hang a matcher that tries all ways', () => {
    const index = indexByRepository([filed(`${'**/a/'.repeat(40)}b`)]);
    expect(index('a/'.repeat(120).slice(0, -1))).toEqual([]);
  });
});

function filed(pattern: string): { pattern: { pattern: string; exact: boolean }; value: string } {
  return { pattern: { pattern, exact: !pattern.includes('*') }, value: pattern };
}

function joined(segments: readonly string[]): string {
  return segments.join('/');
}
