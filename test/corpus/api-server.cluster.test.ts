import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ControlPlane } from '../support/control-plane/start.ts';
import { type Compared, type Comparison, FAULTS } from './accepted-alike.ts';
import { CHOICES, type Choice, type Comparer, startComparer, startTolerantCluster } from './alike-run.ts';
import { corpusPods, generatedPods } from './corpus-pods.ts';
import { outcomeTable, type Row } from './outcome-table.ts';
import { serviceAccountsOf } from './workload-pods.ts';

const PODS = Number(process.env.API_SERVER_PODS ?? 600);
const SEED = Number(process.env.API_SERVER_SEED ?? 1);
const CHOSEN = Object.keys(CHOICES) as Choice[];

type Source = { readonly pods: readonly Compared[]; readonly mine: (choice: Choice) => readonly Compared[] };

const sources = new Map<string, Source>([
  [`${PODS} generated pods of seed ${SEED}`, dealtOut(generatedPods(PODS, SEED))],
]);
const folder = process.env.ROOTLOCK_CORPUS;
if (folder !== undefined) {
  const pods = corpusPods(folder);
  sources.set(`the pods of ${folder}`, { pods, mine: () => pods });
}

/** Each choice gets its share. */
function dealtOut(pods: readonly Compared[]): Source {
  const mine = (choice: Choice) =>
    pods.filter((_pod, index) => index % CHOSEN.length === CHOSEN.indexOf(choice));
  return { pods, mine };
}

let cluster: ControlPlane;
let comparer: Comparer;
const rows: Row[] = [];
beforeAll(async () => {
  cluster = await startTolerantCluster();
  comparer = await startComparer(cluster);
  for (const { pods } of sources.values()) await comparer.serviceAccounts(serviceAccountsOf(pods));
});
afterAll(async () => {
  await comparer.webhook.stop();
  await cluster.stop();
  process.stdout.write(`${outcomeTable(rows)}\n`);
});

describe.each([...sources])('of %s', (source, { mine: dealt }) => {
  test.each(CHOSEN)(
    'the API server accepts with Rootlock exactly those that it accepts without, and hardens none twice: %s',
    async (choice) => {
      const mine = dealt(choice);
      const all = await comparer.compareAll(choice, mine);
      rows.push({ source: `${source}, ${choice}`, all });
      expect(all.filter(({ outcome }) => FAULTS.includes(outcome)).map(told)).toEqual([]);
      expect(all).toHaveLength(mine.length);
      const hardened = share(all, 'hardened');
      if (choice === 'audit') expect(hardened).toBe(0);
      else expect(hardened).toBeGreaterThan(0.2);
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
