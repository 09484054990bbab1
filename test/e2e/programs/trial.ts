import { setTimeout as sleep } from 'node:timers/promises';
import { recordsOf } from '../../../src/core/healing/patient.ts';
import { isArray, isObject, type JsonObject, textOf } from '../../../src/core/json.ts';
import { type ObservedPod, observePod } from '../../../src/core/observed/observed-pod.ts';
import type { Connection } from '../../support/control-plane/connection.ts';
import type { Program } from './program.ts';
import type { Smoke, SmokeResult } from './smoke.ts';

/** What became of a program with Rootlock installed, and nothing written by hand. */
export type Trial = {
  readonly program: string;
  readonly flagOnly: string;
  readonly outcome: Outcome;
  /** Why it was stepped back, or what the smoke test said last. */
  readonly because: string;
  /** Pods that were replaced by others. */
  readonly rounds: number;
  /** From the making of the Deployment to the start of the pod that stayed. */
  readonly seconds: number;
  /** What its profile lists in the end; `*`: with the image's content. */
  readonly paths: readonly string[];
  /** Where it does not work: what Rootlock told, what the program logged last, and what the smoke test said. */
  readonly story: readonly string[];
};

export type Outcome =
  /** Read-only, and its work is done. */
  | 'works'
  /** Its root was left writable, and its work is done. */
  | 'stepped back'
  /** It runs, read-only, and its work fails. */
  | 'silent'
  | 'down';

export type TrialSetup = {
  readonly cluster: Connection;
  readonly smoke: Smoke;
  /** A fresh namespace that has opted in. */
  readonly namespace: string;
  readonly image: string;
};

const POLL_MS = 1_000;
/** A pod that has stayed the same for so long has settled. */
const SETTLED_MS = 20_000;
const UNTIL_SETTLED_MS = 300_000;
/** Programs take their time until they serve. */
const SERVES_WITHIN_MS = 120_000;
/** For the healer to read the log of a running container: it does so until a minute after its start. */
const HEALS_WITHIN_MS = 75_000;
const MOST_TRIES = 8;

/** Makes the workload of the program and runs its smoke test until it has passed twice, or nothing changes any more. */
export async function tryProgram(program: Program, setup: TrialSetup): Promise<Trial> {
  const { cluster, namespace } = setup;
  await makeWorkload(program, setup);
  const began = Date.now();
  const seen = new Set<string>();
  let result: SmokeResult = { passed: false, output: '' };
  let passes = 0;
  for (let tries = 0; tries < MOST_TRIES && passes < 2; tries += 1) {
    const pod = await settledPod(setup, seen);
    if (pod === undefined) break;
    result = await smokeUntilServing(program, pod, setup);
    passes = result.passed ? passes + 1 : 0;
    const changed = await changeOf(pod, setup, seen, passes < 2 ? HEALS_WITHIN_MS : 0);
    if (changed) passes = 0;
    if (!changed && !result.passed) break;
  }
  const pod = await currentPod(setup);
  const profiles = await profilesIn(setup);
  const story = passes === 2 ? [] : [...(await storyOf(pod, setup)), result.output];
  await cluster.request({ method: 'DELETE', path: `${workloadsPath(program, namespace)}/app` });
  const hardened = pod !== undefined && recordsOf(pod).has('main');
  const outcome = outcomeOf({ passed: passes === 2, hardened, pod });
  return {
    program: program.name,
    flagOnly: program.flagOnly,
    outcome,
    because: outcome === 'works' ? '' : (exemptionReason(profiles) ?? result.output.split('\n').at(-1) ?? ''),
    rounds: Math.max(0, seen.size - 1),
    seconds: seen.size > 1 && pod !== undefined ? Math.round((startOf(pod) - began) / 1000) : 0,
    paths: profiles.flatMap(pathsOf),
    story,
  };
}

type Ended = { readonly passed: boolean; readonly hardened: boolean; readonly pod: ObservedPod | undefined };

function outcomeOf({ passed, hardened, pod }: Ended): Outcome {
  if (pod?.ready !== true) return 'down';
  if (passed) return hardened ? 'works' : 'stepped back';
  return 'silent';
}

async function makeWorkload(program: Program, { cluster, namespace, image }: TrialSetup): Promise<void> {
  const { kind, podExtras } = program;
  const { containers = [], ...podSpec } = withImage(program.podSpec, image);
  const labels = { app: 'app' };
  const main = { name: 'main', image, imagePullPolicy: 'Never', ...podExtras };
  const besides = isArray(containers) ? containers : [];
  const answer = await cluster.request({
    method: 'POST',
    path: workloadsPath(program, namespace),
    body: {
      metadata: { name: 'app' },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        ...(kind === 'StatefulSet' && { serviceName: 'app' }),
        template: {
          metadata: { labels },
          spec: { terminationGracePeriodSeconds: 10, ...podSpec, containers: [main, ...besides] },
        },
      },
    },
  });
  if (answer.status !== 201) throw new Error(`making the workload of ${program.name}: ${answer.text}`);
}

function workloadsPath({ kind }: Program, namespace: string): string {
  return `/apis/apps/v1/namespaces/${namespace}/${kind.toLowerCase()}s`;
}

function withImage(podSpec: JsonObject, image: string): JsonObject {
  const json: unknown = JSON.parse(JSON.stringify(podSpec).replaceAll('"$IMAGE"', JSON.stringify(image)));
  return isObject(json) ? json : {};
}

/** Its pod once it stays as it is; undefined where it does not run at all. */
async function settledPod(setup: TrialSetup, seen: Set<string>): Promise<ObservedPod | undefined> {
  const until = Date.now() + UNTIL_SETTLED_MS;
  let known = '';
  let since = Date.now();
  while (Date.now() < until) {
    const pod = await currentPod(setup);
    if (pod !== undefined) seen.add(pod.uid);
    const state = pod === undefined ? '' : `${pod.uid} ${mainOf(pod)?.restarts}`;
    if (state !== known) {
      known = state;
      since = Date.now();
    }
    const runs = pod !== undefined && !pod.deleting && mainOf(pod)?.state.kind === 'running';
    if (runs && Date.now() - since >= SETTLED_MS) return pod;
    await sleep(POLL_MS);
  }
  return undefined;
}

/** Whether another pod takes the place of this one, or its container is started anew, within a time. */
async function changeOf(
  pod: ObservedPod,
  setup: TrialSetup,
  seen: Set<string>,
  withinMs: number,
): Promise<boolean> {
  const until = Date.now() + withinMs;
  while (Date.now() < until) {
    const now = await currentPod(setup);
    if (now !== undefined) seen.add(now.uid);
    if (now === undefined || now.uid !== pod.uid || now.deleting) return true;
    if (mainOf(now)?.restarts !== mainOf(pod)?.restarts) return true;
    await sleep(POLL_MS);
  }
  return false;
}

async function smokeUntilServing(
  program: Program,
  pod: ObservedPod,
  setup: TrialSetup,
): Promise<SmokeResult> {
  const until = Date.now() + SERVES_WITHIN_MS;
  const address = await addressOf(pod, setup);
  for (;;) {
    const result = await setup.smoke(program, { namespace: setup.namespace, pod: pod.name, address });
    if (result.passed || Date.now() > until) return result;
    const now = await currentPod(setup);
    if (now?.uid !== pod.uid) return result;
    await sleep(3_000);
  }
}

async function addressOf({ name }: ObservedPod, { cluster, namespace }: TrialSetup): Promise<string> {
  const { body } = await cluster.request({ path: `/api/v1/namespaces/${namespace}/pods/${name}` });
  const status = isObject(body) && isObject(body.status) ? body.status : {};
  return textOf(status.podIP) ?? '';
}

/** The youngest pod, since the one before may still be going. */
async function currentPod({ cluster, namespace }: TrialSetup): Promise<ObservedPod | undefined> {
  const items = await listOf(cluster, `/api/v1/namespaces/${namespace}/pods`);
  const pods = items.map(observePod).toSorted((one, other) => other.created - one.created);
  return pods.find(({ deleting }) => !deleting) ?? pods[0];
}

async function profilesIn({ cluster, namespace }: TrialSetup): Promise<readonly JsonObject[]> {
  return listOf(cluster, `/apis/rootlock.dev/v1alpha1/namespaces/${namespace}/writablepathprofiles`);
}

async function storyOf(
  pod: ObservedPod | undefined,
  { cluster, namespace }: TrialSetup,
): Promise<readonly string[]> {
  const events = await listOf(cluster, `/apis/events.k8s.io/v1/namespaces/${namespace}/events`);
  const told = events
    .filter(({ reportingController }) => textOf(reportingController)?.includes('rootlock'))
    .map(({ reason, note }) => `${textOf(reason)}: ${textOf(note)}`);
  const logs = await Promise.all(
    [true, false].map((previous) =>
      cluster.request({
        path: `/api/v1/namespaces/${namespace}/pods/${pod?.name}/log?container=main&tailLines=15&previous=${previous}`,
      }),
    ),
  );
  return [...told, ...logs.map(({ text }) => text)];
}

async function listOf(cluster: Connection, path: string): Promise<readonly JsonObject[]> {
  const { body } = await cluster.request({ path });
  return isObject(body) && isArray(body.items) ? body.items.filter(isObject) : [];
}

function mainOf({ containers }: ObservedPod) {
  return containers.find(({ name }) => name === 'main');
}

function startOf(pod: ObservedPod): number {
  const state = mainOf(pod)?.state;
  return state?.kind === 'running' ? state.since : Date.now();
}

function specOf({ spec }: JsonObject): JsonObject {
  return isObject(spec) ? spec : {};
}

function exemptionReason(profiles: readonly JsonObject[]): string | undefined {
  const exemption = profiles.map(specOf).find(({ action }) => action === 'Exempt');
  return textOf(exemption?.reason)?.replace(/^deployment\/app: /, '');
}

function pathsOf(profile: JsonObject): readonly string[] {
  const { paths } = specOf(profile);
  return isArray(paths)
    ? paths.filter(isObject).map(({ path, content }) => `${textOf(path)}${content === 'Copy' ? '*' : ''}`)
    : [];
}
