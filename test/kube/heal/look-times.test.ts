import { expect, test } from '@jest/globals';
import { createLookTimes } from '../../../src/kube/heal/look-times.ts';

/** A namespace whose look says when the next one is due, on a clock that only the test moves. */
function namespace(inMs: number) {
  const time = { now: 0 };
  const looks = createLookTimes({ now: () => time.now });
  const looked: number[] = [];
  const comeUp = (during: () => void = () => undefined) =>
    looks.whenDue('shop', async () => {
      looked.push(time.now);
      during();
      return inMs;
    });
  return { time, looks, looked, comeUp };
}

test('a namespace whose key comes up for a log that has to wait is not looked at each time', async () => {
  const { time, looked, comeUp } = namespace(Number.POSITIVE_INFINITY);
  for (time.now = 0; time.now < 60_000; time.now += 5_000) await comeUp();
  expect(looked).toEqual([0, 30_000]);
});

test('a namespace is looked at when its look said so', async () => {
  const { time, looked, comeUp } = namespace(10_000);
  expect(await comeUp()).toBe(10_000);
  time.now = 4_000;
  expect(await comeUp()).toBe(6_000);
  time.now = 10_000;
  await comeUp();
  expect(looked).toEqual([0, 10_000]);
});

test('a namespace that changes, also while it is looked at, is looked at anew', async () => {
  const { time, looks, looked, comeUp } = namespace(Number.POSITIVE_INFINITY);
  await comeUp(() => looks.changed('shop'));
  await comeUp();
  await comeUp();
  looks.changed('shop');
  time.now = 1;
  await comeUp();
  expect(looked).toEqual([0, 0, 1]);
});

test('a namespace whose look fails is looked at anew', async () => {
  const { looked, comeUp } = namespace(Number.POSITIVE_INFINITY);
  const failing = comeUp(() => {
    throw new Error('the API server is away');
  });
  await expect(failing).rejects.toThrow('away');
  await comeUp();
  expect(looked).toEqual([0, 0]);
});
