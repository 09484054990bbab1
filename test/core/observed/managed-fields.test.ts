import { expect, test } from '@jest/globals';
import { ownersOf } from '../../../src/core/observed/managed-fields.ts';

const FIELDS = { 'f:metadata': { 'f:labels': { '.': {}, 'f:rootlock.dev/mode': {} } } };
const TIME = '2026-11-23T09:00:00Z';

test('ownersOf tells who wrote a field, when and how, and overlooks what is malformed', () => {
  const metadata = {
    managedFields: [
      { manager: 'kubectl', operation: 'Update', time: TIME, fieldsV1: FIELDS },
      { manager: 'argocd', operation: 'Apply', time: TIME, fieldsV1: { 'f:metadata': {} } },
      { manager: 'helm', operation: 'Apply', subresource: 'status', fieldsV1: FIELDS },
      { manager: 'odd', fieldsV1: { 'f:metadata': 'x' } },
      'x',
    ],
  };
  expect(ownersOf(metadata, ['metadata', 'labels', 'rootlock.dev/mode'])).toEqual([
    { manager: 'kubectl', applied: false, subresource: '', time: Date.parse(TIME) },
    { manager: 'helm', applied: true, subresource: 'status', time: 0 },
  ]);
  expect(ownersOf({}, ['spec'])).toEqual([]);
});
