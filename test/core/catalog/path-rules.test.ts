import { describe, expect, test } from '@jest/globals';
import { checkMountPath, checkPath } from '../../../src/core/catalog/path-rules.ts';
import { PROFILE_MESSAGES } from '../../../src/core/catalog/profile-messages.ts';

describe('checkPath', () => {
  test.each([
    { text: '/tmp' },
    { text: '/proc/1' },
    { text: '/' },
    { text: '/a b/ü' },
    { text: `/${'a'.repeat(255)}` },
    { text: '/ab'.repeat(341) },
  ])('takes $text', ({ text }) => {
    expect(checkPath(text)).toEqual({ kind: 'path', path: text });
  });

  test.each([
    { text: '', why: 'path-relative' },
    { text: 'tmp', why: 'path-relative' },
    { text: '$HOME/.cache', why: 'path-relative' },
    { text: '/a:b', why: 'path-characters' },
    { text: '/a\nb', why: 'path-characters' },
    { text: '/a\0', why: 'path-characters' },
    { text: '/ab'.repeat(342), why: 'path-too-long' },
    { text: `/${'a'.repeat(256)}`, why: 'path-too-long' },
    { text: '/tmp/', why: 'path-unclean' },
    { text: '//tmp', why: 'path-unclean' },
    { text: '/var/../tmp', why: 'path-unclean' },
    { text: '/./tmp', why: 'path-unclean' },
  ] as const)('refuses $text with $why', ({ text, why }) => {
    expect(checkPath(text)).toEqual({ kind: 'malformed', message: PROFILE_MESSAGES[why] });
  });
});

describe('checkMountPath', () => {
  test('takes what can be mounted over', () => {
    expect(checkMountPath('/tmp')).toEqual({ kind: 'path', path: '/tmp' });
  });

  test.each([
    { text: 'tmp', why: 'path-relative' },
    { text: '/usr/bin', why: 'blocked-programs' },
    { text: '/proc', why: 'blocked-kernel' },
  ] as const)('refuses $text with $why', ({ text, why }) => {
    expect(checkMountPath(text)).toEqual({ kind: 'malformed', message: PROFILE_MESSAGES[why] });
  });
});
