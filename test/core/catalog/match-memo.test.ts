import { describe, expect, test } from '@jest/globals';
import { createMemo, type Shelf, type TimedMatch } from '../../../src/core/catalog/match-memo.ts';
import type { ImageReference } from '../../../src/core/image/reference.ts';

const UNKNOWN = { kind: 'unknown' } as const;
const ALWAYS: TimedMatch = { match: UNKNOWN, since: -Infinity, until: Infinity };

describe('createMemo', () => {
  test('recalls a match for the same repository, tag and digest only', () => {
    const shelf = createMemo(10).shelf();
    shelf.remember(image('a', '1', 'sha256:1'), ALWAYS);
    expect(shelf.recall(image('a', '1', 'sha256:1'), 0)).toBe(UNKNOWN);
    for (const other of [
      image('b', '1', 'sha256:1'),
      image('a', '2', 'sha256:1'),
      image('a', '1'),
      image('a'),
    ]) {
      expect(shelf.recall(other, 0)).toBeUndefined();
    }
  });

  test.each([
    { now: 9, found: false },
    { now: 10, found: true },
    { now: 19, found: true },
    { now: 20, found: false },
  ])('recalls at $now what holds from 10 until before 20: $found', ({ now, found }) => {
    const shelf = createMemo(10).shelf();
    shelf.remember(image('a'), { match: UNKNOWN, since: 10, until: 20 });
    expect(shelf.recall(image('a'), now) !== undefined).toBe(found);
  });

  test('keeps shelves apart', () => {
    const memo = createMemo(10);
    const [one, other] = [memo.shelf(), memo.shelf()];
    one.remember(image('a'), ALWAYS);
    expect(other.recall(image('a'), 0)).toBeUndefined();
  });

  test('never holds more matches than it may, on all shelves together', () => {
    const memo = createMemo(5);
    const shelves = [memo.shelf(), memo.shelf(), memo.shelf()];
    const images = Array.from({ length: 50 }, (_, index) => image(`r${index % 7}`, `t${index}`));
    for (const [index, each] of images.entries()) {
      shelves[index % shelves.length]?.remember(each, ALWAYS);
      expect(held(shelves, images)).toBeLessThanOrEqual(5);
      expect(held(shelves, [each])).toBe(1);
    }
  });

  test('counts a match that it remembers anew once', () => {
    const memo = createMemo(3);
    const shelf = memo.shelf();
    for (let time = 0; time < 11; time += 1) shelf.remember(image('a'), ALWAYS);
    shelf.remember(image('b'), ALWAYS);
    shelf.remember(image('c'), ALWAYS);
    expect(held([shelf], [image('a'), image('b'), image('c')])).toBe(3);
  });
});

function held(shelves: readonly Shelf[], images: readonly ImageReference[]): number {
  return shelves.flatMap((shelf) => images.filter((each) => shelf.recall(each, 0) !== undefined)).length;
}

function image(repository: string, tag?: string, digest?: string): ImageReference {
  return {
    registry: 'docker.io',
    repository,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}
