import { expect, test } from '@jest/globals';
import { setCounts } from '../../../src/kube/controller/usage-metrics.ts';

test('a gauge is asked once for each set of labels, however many things there are', () => {
  const set: Record<string, number> = {};
  let asked = 0;
  const gauge = {
    reset: () => undefined,
    labels: (...labels: string[]) => {
      asked += 1;
      return { set: (count: number) => (set[labels.join(' ')] = count) };
    },
  };
  const things = Array.from({ length: 9_000 }, (_, index) => index);
  setCounts(gauge as never, things, (thing) => (thing % 3 === 2 ? undefined : ['shop', String(thing % 3)]));
  expect(set).toEqual({ 'shop 0': 3_000, 'shop 1': 3_000 });
  expect(asked).toBe(2);
});
