import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { TEMPLATE_HASH } from '../review.ts';
import { numbered } from '../variants.ts';
import { type AdmissionCounts, admissionCounts } from './admission-histogram.ts';
import { type BenchCluster, startBenchCluster, VARIANTS, type Variant, WEBHOOKS } from './cluster.ts';
import { load } from './load.ts';
import { podOf } from './pod.ts';
import { cpuMilliseconds } from './process-cpu.ts';
import { type Cell, type Measured, page } from './report.ts';

/**
 * Creates pods (dry run) on a real API server, with nothing, a bare node:https webhook, Rootlock and a native
 * MutatingAdmissionPolicy in their way, in one run: `npm run bench:api-server -- [--seconds 160] [--rounds 5] [--write FILE]`.
 * Linux only: CPU times are read from /proc.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '160' },
    rounds: { type: 'string', default: '5' },
    write: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const milliseconds = Number(values.seconds) * 1000;
if (!(rounds >= 1 && milliseconds >= 1000)) throw new Error('--rounds takes 1 or more, --seconds 1 or more');

const RATES = [0, 50];
const CONNECTIONS = 4;
const PROFILES = 1_000;
const POD = podOf(6 * 1024);
const slice = milliseconds / (VARIANTS.length * RATES.length * (rounds + 1));

const cluster = await startBenchCluster(PROFILES, POD);
try {
  const text = page({
    cells: await measure(),
    rates: RATES,
    connections: CONNECTIONS,
    podBytes: POD.length,
    profiles: PROFILES,
    version: cluster.controlPlane.version,
  });
  console.log(text);
  if (values.write) writeFileSync(values.write, text);
} finally {
  await cluster.stop();
}

/** The first round warms up, and does not count. */
async function measure(): Promise<readonly Cell[]> {
  const cells = RATES.flatMap((rate) =>
    VARIANTS.map((variant) => ({ variant, rate, rounds: [] as Measured[] })),
  );
  for (let round = 0; round <= rounds; round++) {
    for (const { variant, rate, rounds: list } of cells) {
      const one = await measureOne(cluster, variant, rate);
      if (round > 0) list.push(one);
    }
  }
  return cells;
}

async function measureOne(
  { controlPlane, namespaces, apiServer, webhooks }: BenchCluster,
  variant: Variant,
  rate: number,
): Promise<Measured> {
  const webhook = webhooks[variant];
  const countsBefore = await countsOf(variant);
  const before = { apiServer: cpuMilliseconds(apiServer), webhook: webhook ? cpuMilliseconds(webhook) : 0 };
  const done = await load({
    url: controlPlane.url,
    ca: controlPlane.ca,
    token: controlPlane.adminToken,
    path: `/api/v1/namespaces/${namespaces[variant]}/pods?dryRun=All`,
    body: variant === 'Rootlock, different pods' ? podOfAnotherTemplate : () => POD,
    connections: CONNECTIONS,
    milliseconds: slice,
    rate,
  });
  const after = { apiServer: cpuMilliseconds(apiServer), webhook: webhook ? cpuMilliseconds(webhook) : 0 };
  const countsAfter = await countsOf(variant);
  const { latencies, requests } = done;
  return {
    apiServer: (after.apiServer - before.apiServer) / requests,
    webhook: (after.webhook - before.webhook) / requests,
    p50: latencies[Math.floor(requests * 0.5)] ?? Number.NaN,
    p99: latencies[Math.floor(requests * 0.99)] ?? Number.NaN,
    mean: latencies.reduce((sum, each) => sum + each, 0) / requests,
    perSecond: (requests * 1000) / done.milliseconds,
    within5ms:
      countsBefore && countsAfter
        ? (countsAfter.within5ms - countsBefore.within5ms) / (countsAfter.all - countsBefore.all)
        : undefined,
  };
}

function podOfAnotherTemplate(nth: number): string {
  return POD.replaceAll(TEMPLATE_HASH, numbered(TEMPLATE_HASH, nth));
}

async function countsOf(variant: Variant): Promise<AdmissionCounts | undefined> {
  const name = WEBHOOKS[variant];
  if (name === undefined) return undefined;
  const { text } = await cluster.controlPlane.request({ path: '/metrics' });
  return admissionCounts(text, name);
}
