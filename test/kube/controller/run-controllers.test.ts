import { expect, test } from '@jest/globals';
import { systemClock } from '../../../src/kube/clock.ts';
import { type Controller, DONE } from '../../../src/kube/controller/controller.ts';
import { runControllers } from '../../../src/kube/controller/run-controllers.ts';
import type { WorkQueue } from '../../../src/kube/controller/work-queue.ts';
import { silentLog } from '../../support/silent-log.ts';

test('where one part of the controller fails, all of them end and stop watching, before it is told', async () => {
  const watching = new Set<string>();
  const queues = new Map<string, WorkQueue>();
  const part: Controller = {
    name: 'part',
    concurrency: 1,
    watch: (enqueue) => {
      watching.add('part');
      enqueue('key');
      return () => watching.delete('part');
    },
    reconcile: async () => DONE,
  };
  const broken: Controller = {
    ...part,
    name: 'broken',
    watch: () => {
      throw new Error('nothing to watch');
    },
  };
  const running = runControllers(
    [part, broken],
    { clock: systemClock, metrics: { reconciled: () => undefined }, log: silentLog, queues },
    new AbortController().signal,
  );
  await expect(running).rejects.toThrow('nothing to watch');
  expect([...watching]).toEqual([]);
  expect([...queues.keys()]).toEqual([]);
});
