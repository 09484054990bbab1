import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRepositoryPattern } from '../../../src/core/catalog/repository-pattern.ts';
import { parseImage } from '../../../src/core/image/reference.ts';

describe('parseRepositoryPattern', () => {
  test.each([
    { text: 'nginx', pattern: 'docker.io/library/nginx' },
    { text: 'docker.io/nginx', pattern: 'docker.io/library/nginx' },
    { text: 'index.docker.io/nginx', pattern: 'docker.io/library/nginx' },
    { text: 'bitnami/redis', pattern: 'docker.io/bitnami/redis' },
    { text: 'GHCR.io/owner/name', pattern: 'ghcr.io/owner/name' },
    { text: 'localhost:5000/a', pattern: 'localhost:5000/a' },
  ])('reads $text as the one repository $pattern', ({ text, pattern }) => {
    expect(parseRepositoryPattern(text)).toEqual({ kind: 'pattern', pattern: { pattern, exact: true } });
  });

  test.each([
    { text: 'nginx*', pattern: 'docker.io/library/nginx*' },
    { text: '*nginx', pattern: 'docker.io/library/*nginx' },
    { text: 'docker.io/*', pattern: 'docker.io/library/*' },
    { text: 'index.docker.io/*', pattern: 'docker.io/library/*' },
    { text: 'docker.io/**', pattern: 'docker.io/**' },
    { text: 'index.docker.io/**', pattern: 'docker.io/**' },
    { text: 'docker.io/**/nginx', pattern: 'docker.io/**/nginx' },
    { text: 'bitnami/*', pattern: 'docker.io/bitnami/*' },
    { text: 'bitnami*/redis', pattern: 'docker.io/bitnami*/redis' },
    { text: 'quay.io/**', pattern: 'quay.io/**' },
    { text: 'quay.io/team-*/app', pattern: 'quay.io/team-*/app' },
    { text: '*.Example.com/app', pattern: '*.example.com/app' },
    { text: '*:5000/app', pattern: '*:5000/app' },
    { text: '*/nginx', pattern: '*/nginx' },
    { text: '*/*/nginx', pattern: '*/*/nginx' },
    { text: '**/nginx', pattern: '**/nginx' },
    { text: '**', pattern: '**' },
  ])('reads $text as the glob $pattern', ({ text, pattern }) => {
    expect(parseRepositoryPattern(text)).toEqual({ kind: 'pattern', pattern: { pattern, exact: false } });
  });

  test.each([
    { text: '', problem: 'repository' },
    // It could not match anything: a repository has two parts at least.
    { text: '*', problem: 'repository' },
    { text: 'Nginx', problem: 'repository' },
    { text: 'nginx/', problem: 'repository' },
    { text: '/nginx', problem: 'repository' },
    { text: 'a//b', problem: 'repository' },
    { text: 'nginx**', problem: 'repository' },
    { text: 'quay.io/a**/b', problem: 'repository' },
    { text: '**.example.com/a', problem: 'repository' },
    { text: 'ngin?', problem: 'repository' },
    { text: 'quay.io/[a]/b', problem: 'repository' },
    { text: 'a b', problem: 'repository' },
    { text: 'registry:port/a', problem: 'repository' },
    { text: 'a/'.repeat(300), problem: 'repository' },
    { text: 'nginx:1.27', problem: 'repository-tag' },
    { text: 'ghcr.io/owner/name:*', problem: 'repository-tag' },
    { text: `nginx@sha256:${'0'.repeat(64)}`, problem: 'repository-tag' },
  ])('refuses $text', ({ text, problem }) => {
    expect(parseRepositoryPattern(text)).toEqual({ kind: 'malformed', problem });
  });

  test('completes a name as it is completed in an image reference', () => {
    const name = fc.array(
      fc.constantFrom('a', 'b-c', '/', '.io', ':5', 'docker.io', 'index.docker.io', 'localhost', 'library'),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(name, (pieces) => {
        const text = pieces.join('');
        const image = parseImage(text);
        const pattern = parseRepositoryPattern(text);
        if (image.kind === 'malformed' || image.image.tag !== undefined) return pattern.kind === 'malformed';
        return (
          pattern.kind === 'pattern' &&
          pattern.pattern.exact &&
          pattern.pattern.pattern === image.image.repository
        );
      }),
      { numRuns: 2000 },
    );
  });
});
