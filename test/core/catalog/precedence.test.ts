import { describe, expect, test } from '@jest/globals';
import { type Candidate, comparePrecedence } from '../../../src/core/catalog/precedence.ts';
import { profileWith } from './any-profile.ts';

const CLUSTER = profileWith({ name: 'm' });
const OWN = profileWith({ name: 'm', namespace: 'shop' });

describe('comparePrecedence', () => {
  test.each<{ what: string; first: Partial<Candidate>; last: Partial<Candidate> }>([
    {
      what: 'the namespace before all else',
      first: {
        profile: { ...OWN, source: 'builtin', name: 'z' },
        digest: false,
        tag: false,
        exact: false,
        literal: false,
      },
      last: {
        profile: { ...CLUSTER, source: 'person', name: 'a' },
        digest: true,
        tag: true,
        exact: true,
        literal: true,
      },
    },
    {
      what: 'a person before what was learned',
      first: { profile: { ...CLUSTER, source: 'person', name: 'z' }, exact: false, literal: false },
      last: { profile: { ...CLUSTER, source: 'learned', name: 'a' }, digest: true, tag: true },
    },
    {
      what: 'what was learned before what is shipped',
      first: { profile: { ...CLUSTER, source: 'learned', name: 'z' }, exact: false, literal: false },
      last: { profile: { ...CLUSTER, source: 'builtin', name: 'a' }, digest: true, tag: true },
    },
    {
      what: 'a digest before a tag',
      first: { digest: true, tag: false, exact: false, literal: false },
      last: { digest: false, tag: true, exact: true, literal: true },
    },
    {
      what: 'a tag before a repository',
      first: { tag: true, exact: false, literal: false },
      last: { tag: false, exact: true, literal: true },
    },
    {
      what: 'a repository before a glob',
      first: { exact: true, literal: false },
      last: { exact: false, literal: true },
    },
    {
      what: 'the name as written before what it mirrors',
      first: { literal: true, profile: { ...CLUSTER, name: 'z' } },
      last: { literal: false, profile: { ...CLUSTER, name: 'a' } },
    },
    {
      what: 'names in their order',
      first: { profile: { ...CLUSTER, name: 'a' } },
      last: { profile: { ...CLUSTER, name: 'b' } },
    },
    {
      what: 'names by code unit, not by language',
      first: { profile: { ...CLUSTER, name: 'a-10' } },
      last: { profile: { ...CLUSTER, name: 'a-9' } },
    },
  ])('puts $what', ({ first, last }) => {
    expect(comparePrecedence(candidate(first), candidate(last))).toBeLessThan(0);
    expect(comparePrecedence(candidate(last), candidate(first))).toBeGreaterThan(0);
  });
});

function candidate(given: Partial<Candidate>): Candidate {
  return { profile: CLUSTER, digest: false, tag: false, exact: true, literal: true, ...given };
}
