import { describe, expect, test } from '@jest/globals';
import { definition, KINDS } from '../../crds/definition.ts';
import { mountPathRules, specRules } from '../../crds/rules.ts';
import { PROFILE_MESSAGES } from '../../src/core/catalog/profile-messages.ts';
import { readProfile } from '../../src/core/catalog/read-profile.ts';
import { accepted, kinds, rejected, resource } from './examples.ts';
import { rulesOf } from './schema-walk.ts';

/** Those about the head of a resource, which the API server has rules of its own for. */
const OF_THE_HEAD = ['api-version', 'kind', 'namespace-required', 'namespace-not-allowed'];

const MESSAGES: Readonly<Record<string, string>> = PROFILE_MESSAGES;

describe('readProfile', () => {
  test.each(rejected)('refuses $spec by the rule $rule', ({ rule, spec, field }) => {
    for (const kind of kinds) {
      expect(readProfile(resource(kind, spec))).toMatchObject({
        kind: 'malformed',
        problems: expect.arrayContaining([{ field, message: MESSAGES[rule] }]),
      });
    }
  });

  test.each(accepted)('accepts $spec under the rule $rule', ({ spec }) => {
    for (const kind of kinds) expect(readProfile(resource(kind, spec))).toMatchObject({ kind: 'profile' });
  });
});

describe('the examples', () => {
  test.each(Object.keys(MESSAGES).filter((rule) => !OF_THE_HEAD.includes(rule)))(
    'show the rule %s both ways',
    (rule) => {
      expect(rejected.map((example) => example.rule)).toContain(rule);
      expect(accepted.map((example) => example.rule)).toContain(rule);
    },
  );

  test.each(KINDS)('show each CEL rule of $kind with its own sentence', (names) => {
    const shown = new Set(rejected.filter(({ api }) => api === undefined).map(({ rule }) => MESSAGES[rule]));
    const messages = rulesOf(definition(names)).map(({ message }) => message);
    expect(messages.length).toBeGreaterThan(mountPathRules.length + specRules.length);
    expect(messages.filter((message) => !shown.has(message))).toEqual([]);
  });
});
