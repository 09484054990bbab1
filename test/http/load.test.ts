import { describe, expect, test } from '@jest/globals';
import { createLoad } from '../../src/http/load.ts';

describe('the load', () => {
  test('refuses a request too many, and what is refused takes nothing', () => {
    const load = createLoad({ requests: 2, bytes: 100 });
    expect([load.enter(10), load.enter(10), load.enter(10)]).toEqual([undefined, undefined, 'requests']);
    expect([load.grow(10), load.grow(5)]).toEqual([undefined, undefined]);
    expect([load.requests(), load.bytes()]).toEqual([2, 15]);
    load.leave(10);
    expect(load.enter(5)).toBeUndefined();
    expect([load.requests(), load.bytes()]).toEqual([2, 5]);
  });

  test('takes no bytes for a review of which none is there', () => {
    const load = createLoad({ requests: 9, bytes: 100 });
    expect([load.enter(90), load.enter(90)]).toEqual([undefined, undefined]);
    expect([load.requests(), load.bytes()]).toEqual([2, 0]);
  });

  test('refuses bytes too many, and what is refused takes nothing', () => {
    const load = createLoad({ requests: 9, bytes: 100 });
    expect([load.enter(60), load.grow(60)]).toEqual([undefined, undefined]);
    expect([load.enter(41), load.enter(40), load.grow(40)]).toEqual(['bytes', undefined, undefined]);
    expect([load.requests(), load.bytes()]).toEqual([2, 100]);
    expect(load.grow(1)).toBe('bytes');
    load.leave(60);
    expect(load.grow(60)).toBeUndefined();
    load.leave(100);
    expect([load.requests(), load.bytes()]).toEqual([0, 0]);
  });
});
