/**
 * Asks a real API server for every pod below a folder, and for generated ones, with Rootlock and without:
 * `npm run corpus:api-server -- [DIR] [--pods 10000] [--seed N]`. Prints Markdown; the exit code is 1 where the two differ, or
 * where a second pass changes anything.
 */
import { parseArgs } from 'node:util';
import { FAULTS } from './accepted-alike.ts';
import { CHOICES, type Choice, startComparer, startTolerantCluster } from './alike-run.ts';
import { corpusPods, generatedPods } from './corpus-pods.ts';
import { outcomeTable, type Row } from './outcome-table.ts';
import { serviceAccountsOf } from './workload-pods.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { pods: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const [folder] = positionals;
const count = Number(values.pods);
const seed = Number(values.seed);
if (!(count >= 0 && Number.isInteger(seed))) throw new Error('--pods takes a number, --seed a whole number');

const cluster = await startTolerantCluster();
try {
  const comparer = await startComparer(cluster);
  const corpus = folder === undefined ? [] : corpusPods(folder);
  await comparer.serviceAccounts(serviceAccountsOf(corpus));
  const rows: Row[] = [];
  const choices = Object.keys(CHOICES) as Choice[];
  for (const choice of choices) {
    const sources = { corpus, generated: generatedPods(count, seed) };
    for (const [source, pods] of Object.entries(sources)) {
      if (pods.length === 0) continue;
      const started = performance.now();
      const all = await comparer.compareAll(choice, pods);
      rows.push({ source: `${source}, ${choice}`, all });
      console.error(`${source}, ${choice}: ${Math.round((performance.now() - started) / 1000)} s`);
    }
  }
  console.log(outcomeTable(rows));
  const faults = rows.flatMap(({ all }) => all.filter(({ outcome }) => FAULTS.includes(outcome)));
  for (const { title, outcome, detail, pod } of faults.slice(0, 20))
    console.log(`${outcome}: ${title}: ${detail}\n${JSON.stringify(pod)}`);
  process.exitCode = faults.length > 0 ? 1 : 0;
  await comparer.webhook.stop();
} finally {
  await cluster.stop();
}
