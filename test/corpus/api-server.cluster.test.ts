import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { controlPlane } from '../support/control-plane/shared.ts';
import { type Compared, type Comparison, FAULTS } from './accepted-alike.ts';
import { CHOICES, type Choice, type Comparer, startComparer } from './alike-run.ts';
import { corpusPods, generatedPods } from './corpus-pods.ts';
import { serviceAccountsOf } from './workload-pods.ts';

/** 10,000 in CI; fewer where a person waits for it. */
const PODS = Number(process.env.API_SERVER_PODS ?? (process.env.CI ? 10_000 : 400));
const SEED = Number(process.env.API_SERVER_SEED ?? 1);
const CHOSEN = Object.keys(CHOICES) as Choice[];

const sources = new Map<string, readonly Compared[]>([
  [`${PODS} generated pods of seed ${SEED}`, generatedPods(PODS, SEED)],
]);
const folder = process.env.ROOTLOCK_CORPUS;
if (folder !== undefined) sources.set(`the pods of ${folder}`, corpusPods(folder));

let comparer: Comparer;
beforeAll(async () => {
  comparer = await startComparer(controlPlane());
  for (const pods of sources.values()) await comparer.serviceAccounts(serviceAccountsOf(pods));
}, 180_000);
afterAll(() => comparer.webhook.stop());

describe.each([...sources])('of %s', (_, pods) => {
  test.each(CHOSEN)(
    'the API server accepts with Rootlock exactly those that it accepts without, and hardens none twice: %s',
    async (choice) => {
      // Each choice gets its share.
      const mine = pods.filter((_pod, index) => index % CHOSEN.length === CHOSEN.indexOf(choice));
      const all = await comparer.compareAll(choice, mine);
      expect(all.filter(({ outcome }) => FAULTS.includes(outcome)).map(told)).toEqual([]);
      expect(all).toHaveLength(mine.length);
      expect(share(all, 'hardened')).toBeGreaterThan(0.2);
    },
    30 * 60_000,
  );
});

function told({ outcome, title, detail, pod }: Comparison): string {
  return `${outcome}: ${title}: ${detail}\n${JSON.stringify(pod)}`;
}

function share(all: readonly Comparison[], outcome: Comparison['outcome']): number {
  return all.filter((one) => one.outcome === outcome).length / all.length;
}
