import { describe, expect, test } from '@jest/globals';
import { annotationsFor } from '../../../src/core/admission/patch-annotations.ts';

const EVICT = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';
const BACKUP = 'backup.velero.io/backup-volumes-excludes';

describe('annotationsFor', () => {
  test('names disk volumes to the autoscaler and all of ours to the backup', () => {
    expect(annotationsFor({}, { onDisk: ['a'], all: ['a', 'b'], record: undefined })).toEqual({
      [EVICT]: 'a',
      [BACKUP]: 'a,b',
    });
  });

  test('merges with names that are there, each once', () => {
    const existing = { [EVICT]: ' theirs ,a' };
    expect(annotationsFor(existing, { onDisk: ['a', 'b'], all: ['a', 'b'], record: undefined })).toEqual({
      [EVICT]: 'theirs,a,b',
      [BACKUP]: 'a,b',
    });
  });

  test('writes the record only where it differs', () => {
    expect(annotationsFor({ 'rootlock.dev/hardened': '{}' }, { onDisk: [], all: [], record: '{}' })).toBe(
      undefined,
    );
    expect(annotationsFor({}, { onDisk: [], all: [], record: '{}' })).toEqual({
      'rootlock.dev/hardened': '{}',
    });
  });

  test('writes nothing where the annotations together would become too long for the API server', () => {
    const nearlyFull = { big: 'ü'.repeat(131_000) };
    expect(annotationsFor(nearlyFull, { onDisk: ['a'], all: ['a'], record: 'x'.repeat(200) })).toBe(
      undefined,
    );
  });
});
