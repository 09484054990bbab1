import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/core/json.ts';
import { observeProfile } from '../../src/core/observed/observed-profile.ts';
import { retentionOf } from '../../src/core/retention.ts';

const DAY = 24 * 3_600_000;
const NOW = Date.parse('2026-11-23T09:00:00Z');
const daysAgo = (days: number) => new Date(NOW - days * DAY).toISOString().replace(/\.\d+Z/, 'Z');

type Given = {
  readonly labels?: JsonObject;
  readonly created?: number;
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
};

function profile({
  labels = { 'rootlock.dev/source': 'learned' },
  created = 100,
  spec = {},
  status = {},
}: Given) {
  return observeProfile({
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: 'WritablePathProfile',
    metadata: { name: 'app', namespace: 'shop', labels, creationTimestamp: daysAgo(created) },
    spec: { image: { repository: 'app' }, ...spec },
    status,
  });
}

const EXEMPT = (days: number) => ({ action: 'Exempt', reason: 'it failed', expires: daysAgo(days) });
const KEEP = { kind: 'keep' };
const until = (days: number) => ({ kind: 'keep-until', until: NOW + days * DAY });

describe('a profile', () => {
  test.each<[string, Given, number, object]>([
    ['that a person wrote is kept', { labels: {}, status: { lastUsed: daysAgo(400) } }, 0, KEEP],
    ['that a release ships is kept', { labels: { 'rootlock.dev/source': 'builtin' } }, 0, KEEP],
    ['that was learned is kept while a pod uses it', { status: { lastUsed: daysAgo(400) } }, 1, KEEP],
    [
      'whose status has yet to say that none does any more, too',
      { status: { lastUsed: daysAgo(400), matched: { pods: 1 } } },
      0,
      KEEP,
    ],
    [
      'is forgotten 30 days after its last use',
      { status: { lastUsed: daysAgo(30) } },
      0,
      { kind: 'forget', because: 'unused' },
    ],
    ['and looked at again when those are over', { status: { lastUsed: daysAgo(29) } }, 0, until(1)],
    [
      'or after it was made, where it never was used',
      { created: 31 },
      0,
      { kind: 'forget', because: 'unused' },
    ],
    ['that exempts is kept until it expires', { spec: EXEMPT(-2) }, 0, until(2)],
    [
      'and forgotten then, though pods run by it',
      { spec: EXEMPT(1) },
      3,
      { kind: 'forget', because: 'expired' },
    ],
    ['that a person let expire is kept', { labels: {}, spec: EXEMPT(1) }, 0, KEEP],
    ['that cannot be read is kept', { spec: { paths: 'x' } }, 0, KEEP],
  ])('%s', (_what, given, pods, retention) => {
    expect(retentionOf({ profile: profile(given), pods, now: NOW, forgetAfterMs: 30 * DAY })).toEqual(
      retention,
    );
  });
});
