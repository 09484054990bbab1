import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tagVersion } from '../../../src/core/catalog/tag-version.ts';
import { MAX_TAG_SELECTOR_LENGTH, parseTagSelector } from '../../../src/core/catalog/tags.ts';

describe('parseTagSelector', () => {
  test.each([
    // The tag's version, whatever follows it.
    { selector: '>=1.19', tag: '1.27', matches: true },
    { selector: '>=1.19', tag: '1.18.4', matches: false },
    { selector: '>=1.19', tag: 'v1.27.3', matches: true },
    { selector: '>=1.19 <2', tag: '1.25-alpine', matches: true },
    { selector: '>=1.19 <2', tag: '2.0', matches: false },
    { selector: '1.25', tag: '1.25.4-bookworm', matches: true },
    { selector: '1.25', tag: '1.26', matches: false },
    { selector: '^8', tag: '8.0.13-debian-12-r0', matches: true },
    { selector: '8', tag: '8.0-debian-12', matches: true },
    { selector: '1.x || 3.x', tag: '3.1', matches: true },
    { selector: '1.2 - 1.4', tag: '1.4.9', matches: true },
    { selector: '~1.43', tag: '1.43.3.10896', matches: true },
    { selector: 'v2.3', tag: '2.3.1', matches: true },
    { selector: '>=2023.1', tag: '2024.1.0', matches: true },
    { selector: '>=2025', tag: '2024.1.0', matches: false },
    { selector: '>=2024.8', tag: 'RELEASE.2024-08-29T01-40-52Z', matches: true },
    { selector: '>=2024.9', tag: 'RELEASE.2024-08-29T01-40-52Z', matches: false },
    { selector: '>=24.04', tag: '25.04', matches: true },
    { selector: '25.04', tag: '25.04', matches: true },
    { selector: '>=25.04', tag: '24.10', matches: false },
    // Prereleases count as the release that they lead to.
    { selector: '>=1.19', tag: '1.27.0-rc.1', matches: true },
    { selector: '<2', tag: '2.0.0-rc.1', matches: false },
    { selector: '>=3.14', tag: '3.14.0b1', matches: true },
    { selector: '3.24.0-beta.0', tag: '3.24.0-beta.0', matches: true },
    { selector: '3.24.0-beta.0', tag: 'v3.24.0-beta.0', matches: true },
    { selector: '3.24.0-beta.0', tag: '3.24.0', matches: false },
    { selector: '1.2.0-rc.1 || 1.2.0-rc.2', tag: '1.2.0-rc.2', matches: true },
    { selector: '1.2.0-rc.1 || 1.2.0-rc.2', tag: '1.2.0-rc.3', matches: false },
    // The newest: open ranges only.
    ...[
      undefined,
      'latest',
      'stable',
      'mainline',
      'alpine',
      'stable-alpine',
      'main',
      'alpine3.20',
      '36bfc606',
      'pr-12',
    ].flatMap((tag) => [
      { selector: '>=1.19', tag, matches: true },
      { selector: '*', tag, matches: true },
      { selector: '>=1 <2 || >=3', tag, matches: true },
      { selector: '>=1.19 <2', tag, matches: false },
      { selector: '^1', tag, matches: false },
      { selector: '1.25', tag, matches: false },
    ]),
    // A selector's own text.
    { selector: '1.25-alpine', tag: '1.25-alpine', matches: true },
    { selector: '1.25-alpine', tag: '1.25', matches: false },
    { selector: '20240829', tag: '20240829', matches: true },
    { selector: '7.1.2-0013', tag: '7.1.2-0013', matches: true },
    { selector: '3.24.0-beta.01', tag: '3.24.0-beta.01', matches: true },
    // Globs.
    { selector: '*-alpine', tag: '1.25-alpine', matches: true },
    { selector: '*-alpine', tag: '1.25', matches: false },
    { selector: '*-alpine', tag: undefined, matches: false },
    { selector: 'latest', tag: undefined, matches: true },
    { selector: 'latest', tag: 'stable', matches: false },
    { selector: '1.2?', tag: '1.25', matches: true },
    { selector: 'RELEASE.2024-*', tag: 'RELEASE.2024-08-29T01-40-52Z', matches: true },
    { selector: '2024-01-01', tag: '2024-01-01', matches: true },
  ])('says $matches to $selector for the tag $tag', ({ selector, tag, matches }) => {
    const parsed = parseTagSelector(selector);
    if (parsed.kind === 'malformed') throw new Error(`${selector} is malformed`);
    expect(parsed.selector.matches(tag)).toBe(matches);
  });

  test.each([
    { selector: '' },
    { selector: '  ' },
    { selector: '>=1.19, <2' },
    { selector: '>1.25-alpine' },
    { selector: '!1.2' },
    { selector: '>=' },
    { selector: 'alpine bookworm' },
    { selector: 'a/b' },
    { selector: '[0-9]*' },
    { selector: 'sha256:abc' },
    { selector: '1'.repeat(MAX_TAG_SELECTOR_LENGTH + 1) },
  ])('refuses $selector', ({ selector }) => {
    expect(parseTagSelector(selector)).toEqual({ kind: 'malformed' });
  });

  test('matches every release that semver puts into the range, with any variant', () => {
    const number = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(
        number,
        number,
        number,
        number,
        fc.constantFrom('', '-alpine', '-debian-12-r3', '_1'),
        (major, minor, patch, low, variant) => {
          const parsed = parseTagSelector(`>=${low}.5 <${low + 3}`);
          const inside = (major > low || (major === low && minor >= 5)) && major < low + 3;
          expect(
            parsed.kind === 'selector' && parsed.selector.matches(`${major}.${minor}.${patch}${variant}`),
          ).toBe(inside);
        },
      ),
    );
  });

  test('takes any text without failing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string(), (selector, tag) => {
        const parsed = parseTagSelector(selector);
        return parsed.kind === 'malformed' || typeof parsed.selector.matches(tag) === 'boolean';
      }),
    );
  });
});

describe('tagVersion', () => {
  test.each([
    { tag: '1', release: '1.0.0' },
    { tag: '1.25', release: '1.25.0' },
    { tag: '1.25.3', release: '1.25.3' },
    { tag: 'V1.2', release: '1.2.0' },
    { tag: '17-jre', release: '17.0.0' },
    { tag: '8u392-jdk', release: '8.0.0' },
    { tag: '2.6.1.5509', release: '2.6.1' },
    { tag: '12-debian-12-r51', release: '12.0.0' },
    { tag: '3.14-rc', release: '3.14.0' },
    { tag: 'release-1.2', release: '1.2.0' },
    { tag: 'version-1.2.3', release: '1.2.3' },
    { tag: 'stable-9753', release: '9753.0.0' },
    { tag: 'amd64-2.6.0-ls224', release: '2.6.0' },
    { tag: 'arm64v8-version-2.6.0', release: '2.6.0' },
    { tag: '2024-08-29', release: '2024.8.29' },
    { tag: '20240829', release: '20240829.0.0' },
    { tag: '2025.5.17-86373e7', release: '2025.5.17' },
    { tag: 'v2.12.0-eks-1-31-4-master-21', release: '2.12.0' },
    { tag: '1.x', release: '1.0.0' },
    { tag: '007.08', release: '7.8.0' },
  ])('reads $tag as $release', ({ tag, release }) => {
    expect(tagVersion(tag)?.release).toBe(release);
  });

  test.each([
    { tag: 'latest' },
    { tag: 'alpine3.20' },
    { tag: 'php8.3-apache' },
    { tag: 'main-28' },
    { tag: 'v' },
    { tag: '86373e7' },
    { tag: '36bfc606bba2064de6ede0ff2764cbb52edff70d' },
    { tag: '0a1b2c3-dirty' },
    { tag: '1'.repeat(16) },
  ])('finds no version in $tag', ({ tag }) => {
    expect(tagVersion(tag)).toBeUndefined();
  });
});
