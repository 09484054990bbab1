import { expect, test } from '@jest/globals';
import { EVENT_REASONS } from '../../src/core/telling.ts';
import { MISSED_REASONS, USAGE_REASONS } from '../../src/core/usage/usage-reasons.ts';
import { SETTINGS } from '../../src/settings.ts';
import { expectTable } from './page-table.ts';

/** What the controller reads of the settings; the others are the webhook's. */
const READ = [
  'namespace',
  'host',
  'probePort',
  'logLevel',
  'logFormat',
  'forgetAfterDays',
  'rolloutTimeoutSeconds',
  'healAttempts',
  'exemptHours',
  'healLogsPerSecond',
  'healLogBytes',
  'promoteAfter',
  'podAnnotations',
  'namespacedExemptions',
  'mirrors',
  'imageVolumePaths',
  'seedImage',
  'emptyDirMode',
] as const satisfies readonly (keyof typeof SETTINGS)[];

test('docs/controller.md tells of every reason of an event', () => {
  const rows = Object.entries(EVENT_REASONS).map(([reason, { type, text }]) => [`\`${reason}\``, type, text]);
  expectTable('controller.md', 'events', ['reason', 'type', 'told when'], rows);
});

test('docs/controller.md tells of what admission may miss', () => {
  const rows = MISSED_REASONS.map((reason) => [`\`${reason}\``, USAGE_REASONS[reason]]);
  expectTable('controller.md', 'missed', ['reason', 'means'], rows);
});

test('docs/metrics.md tells of every reason of a pod', () => {
  const rows = Object.entries(USAGE_REASONS).map(([reason, text]) => [`\`${reason}\``, text]);
  expectTable('metrics.md', 'reasons', ['reason', 'means'], rows);
});

test('docs/controller.md tells of the settings that the controller reads', () => {
  const rows = READ.map((key) => {
    const { variable, absent, about } = SETTINGS[key];
    const value = Array.isArray(absent) ? absent.join(',') : String(absent);
    return [`\`${variable}\``, value === '' ? '' : `\`${value}\``, about];
  });
  expectTable('controller.md', 'settings', ['variable', 'default', 'says'], rows);
  expect(new Set(READ).size).toBe(READ.length);
});
