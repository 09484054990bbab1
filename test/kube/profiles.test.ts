import { describe, expect, test } from '@jest/globals';
import { PATIENCE_MS } from '../../src/kube/patient-admit.ts';
import { pauseAfter } from '../../src/kube/profiles.ts';

describe('the pause after a catalog', () => {
  test.each([
    { took: 0, pause: 0 },
    { took: 2, pause: 20 },
    { took: 10, pause: 100 },
    { took: 40, pause: 100 },
    { took: 60, pause: 120 },
    { took: 500, pause: 1_000 },
  ])('that took $took ms is $pause ms', ({ took, pause }) => {
    expect(pauseAfter(took)).toBe(pause);
  });

  test('ends, and the next catalog is made, while a review still waits for its profile', () => {
    for (let took = 0; took <= 60; took++) expect(pauseAfter(took) + took).toBeLessThan(PATIENCE_MS);
  });

  test('leaves reviews twice as much of the process as catalogs take, at least', () => {
    for (const took of [1, 10, 100, 1_000, 10_000]) {
      expect(pauseAfter(took)).toBeGreaterThanOrEqual(2 * took);
    }
  });
});
