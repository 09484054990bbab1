import fastJsonPatch from 'fast-json-patch';
import type { Action } from '../../../src/core/action.ts';
import { decide } from '../../../src/core/admission/decide.ts';
import { type Catalog, compileCatalog } from '../../../src/core/catalog/lookup.ts';
import type { Profile } from '../../../src/core/catalog/profile.ts';
import { readProfile } from '../../../src/core/catalog/read-profile.ts';
import { actionsFor } from '../../../src/core/healing/actions.ts';
import { heal } from '../../../src/core/healing/heal.ts';
import type { ImageCase } from '../../../src/core/healing/image-case.ts';
import { nothingLearned, readLearned } from '../../../src/core/healing/learned-profile.ts';
import { runKey, runsOf } from '../../../src/core/healing/log-reads.ts';
import type { Patient } from '../../../src/core/healing/patient.ts';
import { patientsOf } from '../../../src/core/healing/patients.ts';
import { imagesOf, replacementPlan } from '../../../src/core/healing/replacements.ts';
import { programsOf } from '../../../src/core/healing/same-program.ts';
import { readExemption } from '../../../src/core/healing/step-back.ts';
import { parseImage } from '../../../src/core/image/reference.ts';
import { isObject, type JsonObject } from '../../../src/core/json.ts';
import { readLog } from '../../../src/core/learning/read-log.ts';
import { observePod } from '../../../src/core/observed/observed-pod.ts';
import type { NamespacePolicy } from '../../../src/core/policy/namespace-policy.ts';
import type { Telling } from '../../../src/core/telling.ts';

/** What a program does when it starts: step by step, until one fails. */
export type Step =
  /** Writes in a directory; `says` is what it logs where that fails, and `goesOn` whether it runs all the same. */
  | { readonly does: 'write'; readonly to: string; readonly says: string; readonly goesOn?: true }
  /** Reads what the image ships at a path. */
  | { readonly does: 'read'; readonly from: string; readonly says: string }
  /** Fails, whatever the root is. */
  | { readonly does: 'fail'; readonly says: string }
  /** Fails where it finds what the run before left in a mounted directory. */
  | { readonly does: 'once'; readonly in: string; readonly says: string };

export type Program = {
  readonly steps: readonly Step[];
  readonly shell?: boolean;
  /** What copies for it says of directories that the image has for what the program writes. */
  readonly own?: readonly string[];
};

export type Simulated = {
  readonly program: Program;
  readonly image?: string;
  readonly policy?: Partial<NamespacePolicy>;
  readonly builtin?: readonly Profile[];
  readonly replicas?: number;
  readonly owner?: 'ReplicaSet' | 'none';
  /** Profiles of the namespace that people wrote. */
  readonly persons?: readonly JsonObject[];
  readonly attempts?: number;
};

const NAMESPACE = 'shop';
const SECOND = 1000;
const START = Date.parse('2026-11-23T09:00:00Z');
const RUNTIME = { imageVolumePaths: 'copied', emptyDirMode: true } as const;

type SimulatedPod = {
  json: JsonObject;
  uid: string;
  name: string;
  created: number;
  runs: { started: number; ended?: number; exitCode?: number; log: string }[];
  restartAt: number;
};

/**
 * A namespace with one workload, in which everything is as in a cluster but time: admission decides on each pod, a
 * kubelet runs the program again and again, the healer looks at it each second.
 */
export function simulate(given: Simulated) {
  const image = given.image ?? 'registry.example.com/team/app:1.0';
  const policy: NamespacePolicy = {
    mode: 'enforce',
    unknownImages: 'scratch',
    privileged: 'warn',
    explicitFalse: 'respect',
    dataPaths: 'mount',
    heal: 'auto',
    rollout: 'off',
    ...given.policy,
  };
  const objects = new Map<string, JsonObject>();
  for (const person of given.persons ?? []) objects.set(nameOf(person), stored(person, 1, []));
  const builtin = given.builtin ?? [];
  const tellings: Telling[] = [];
  const writes: Action[] = [];
  let pods: SimulatedPod[] = [];
  let now = START;
  let counter = 0;
  let evictions = 0;

  const profiles = () =>
    [...objects.values()].flatMap((object) => {
      const read = readProfile(object);
      return read.kind === 'profile' ? read.profile : [];
    });
  const catalogOf = memo(
    (_objects: string): Catalog =>
      compileCatalog([...builtin, ...profiles()], { mirrors: [], namespacedExemptions: true }),
  );
  const catalog = () => catalogOf(JSON.stringify([...objects.values()]));
  // A second is simulated some thousand times, and logs are few.
  const evidenceIn = memo((log: string) => readLog(log));

  const makePod = () => {
    counter += 1;
    const name = `app-${counter}`;
    const bare: JsonObject = {
      metadata: { name, namespace: NAMESPACE },
      spec: { containers: [{ name: 'main', image }] },
    };
    const decision = decide(
      { pod: bare, namespace: NAMESPACE, policy, policyProblems: [], now },
      { catalog: catalog(), settings: { podAnnotations: true, record: true, runtime: RUNTIME } },
    );
    const operations = decision.kind === 'judged' && decision.mode === 'enforce' ? decision.operations : [];
    const copy: JsonObject = structuredClone(bare);
    fastJsonPatch.applyPatch(copy, structuredClone([...operations]));
    pods.push({ json: copy, uid: `uid-${counter}`, name, created: now, runs: [], restartAt: now + SECOND });
  };

  const tick = () => {
    now += SECOND;
    if (given.owner !== 'none' || counter === 0) while (pods.length < (given.replicas ?? 1)) makePod();
    for (const pod of pods) {
      const last = pod.runs.at(-1);
      const idle = last === undefined || last.ended !== undefined;
      if (!idle || now < pod.restartAt) continue;
      const ran = run(pod, given.program);
      pod.runs.push({ started: now, ...ran, ...(ran.exitCode !== undefined && { ended: now }) });
      const waits = pod.runs.length < 2 ? 1 : Math.min(300, 10 * 2 ** (pod.runs.length - 2));
      pod.restartAt = now + waits * SECOND;
    }
  };

  const look = () => {
    const observed = pods.map((pod) => observePod(podJson(pod, now, given)));
    const logs = new Map(
      observed.flatMap((pod, index) =>
        pod.containers.flatMap((container) =>
          runsOf(pod, container).map(
            (each) => [runKey(each), pods[index]?.runs[each.number]?.log ?? ''] as const,
          ),
        ),
      ),
    );
    const patients = patientsOf({
      pods: observed,
      catalog: catalog(),
      namespace: NAMESPACE,
      now,
      workloadOf: (pod) =>
        pod.owner === undefined
          ? undefined
          : { ...pod.owner, kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' },
      heardOf: () => true,
      forgives: () => false,
      evidenceOf: (pod, container) =>
        runsOf(pod, container).flatMap((each) => evidenceIn(logs.get(runKey(each)) ?? '')),
    });
    const healed = healImage(patients);
    const plan = replacementPlan({
      patients,
      images: imagesOf(patients),
      memoryOf: () => healed.learned.memory,
      now,
    });
    for (const { pod } of plan.now) {
      evictions += 1;
      pods = pods.filter(({ uid }) => uid !== pod.uid);
    }
    return healed;
  };

  const healImage = (patients: readonly Patient[]) => {
    const parsed = parseImage(image);
    if (parsed.kind === 'malformed') throw new Error(parsed.problem);
    const { repository } = parsed.image;
    const all = [...objects.values()];
    const exemptions = all.flatMap((object) => readExemption(object) ?? []);
    const own = new Set(exemptions.map(({ name }) => name));
    const given_: ImageCase = {
      policy,
      patients,
      learned:
        all.flatMap((object) => readLearned(object, repository) ?? [])[0] ??
        nothingLearned(NAMESPACE, repository),
      exemptions,
      taken: new Set(all.map(nameOf).filter((name) => !own.has(name))),
      programs: programsOf(builtin),
      limits: { attempts: given.attempts ?? 10, exemptMs: 24 * 3_600 * SECOND },
      now,
    };
    const state = heal(given_);
    for (const action of actionsFor(given_, state)) perform(action);
    return state;
  };

  const perform = (action: Action) => {
    switch (action.kind) {
      case 'apply': {
        const name = nameOf(action.object);
        const before = objects.get(name);
        objects.set(name, applied(action.object, before));
        writes.push(action);
        break;
      }
      case 'apply-status': {
        const before = objects.get(nameOf(action.object));
        if (before === undefined) throw new Error('expected an object whose status is written');
        objects.set(nameOf(action.object), { ...before, status: action.object.status });
        writes.push(action);
        break;
      }
      case 'delete':
        objects.delete(action.target.name);
        writes.push(action);
        break;
      case 'tell':
        if (
          !tellings.some(
            ({ note, reason }) => note === action.telling.note && reason === action.telling.reason,
          )
        )
          tellings.push(action.telling);
        break;
      case 'patch':
      case 'merge':
      case 'evict':
        throw new Error(`expected no ${action.kind}`);
    }
  };

  return {
    run: (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        tick();
        look();
      }
    },
    /** Adds a path to an object as a person would. */
    addPath: (name: string, path: JsonObject) => {
      const before = objects.get(name);
      if (before === undefined) throw new Error(`expected ${name}`);
      const paths = [...pathObjects(before), path];
      const spec = isObject(before.spec) ? before.spec : {};
      objects.set(
        name,
        stored({ ...before, spec: { ...spec, paths } }, generationOf(before) + 1, ownOf(before)),
      );
    },
    objects,
    tellings,
    writes,
    now: () => now,
    evictions: () => evictions,
    seconds: () => (now - START) / SECOND,
    pods: () =>
      pods.map((pod) => ({
        running: pod.runs.at(-1)?.ended === undefined && pod.runs.length > 0,
        hardened: recordOf(pod) !== undefined,
        mounts: mountsOf(pod),
      })),
  };
}

function run(pod: SimulatedPod, program: Program): { log: string; exitCode?: number } {
  const container = containerOf(pod);
  const readOnly =
    isObject(container.securityContext) && container.securityContext.readOnlyRootFilesystem === true;
  const mounts = mountsOf(pod);
  const covering = (path: string) =>
    mounts.filter((mount) => path === mount.path || path.startsWith(`${mount.path}/`)).at(-1);
  const log: string[] = [];
  if (mounts.some(({ seeded }) => seeded) && program.shell === false) return { log: '', exitCode: 128 };
  for (const step of program.steps) {
    switch (step.does) {
      case 'write':
        if (readOnly && covering(step.to) === undefined) {
          log.push(step.says);
          if (step.goesOn !== true) return { log: log.join('\n'), exitCode: 1 };
        }
        break;
      case 'read': {
        const mount = covering(step.from);
        if (mount !== undefined && !mount.seeded) {
          log.push(step.says);
          return { log: log.join('\n'), exitCode: 1 };
        }
        break;
      }
      case 'fail':
        log.push(step.says);
        return { log: log.join('\n'), exitCode: 1 };
      case 'once':
        if (covering(step.in) !== undefined && pod.runs.length > 0) {
          log.push(step.says);
          return { log: log.join('\n'), exitCode: 1 };
        }
        if (covering(step.in) !== undefined) return { log: log.join('\n'), exitCode: 1 };
        break;
    }
  }
  return { log: log.join('\n') };
}

function containerOf({ json }: SimulatedPod): JsonObject {
  const spec = isObject(json.spec) ? json.spec : {};
  const [container] = Array.isArray(spec.containers) ? spec.containers : [];
  return isObject(container) ? container : {};
}

function mountsOf(pod: SimulatedPod): { path: string; seeded: boolean }[] {
  const { volumeMounts } = containerOf(pod);
  const mounts = Array.isArray(volumeMounts) ? volumeMounts.filter(isObject) : [];
  return mounts
    .map(({ mountPath, subPath }) => ({ path: String(mountPath), seeded: subPath !== undefined }))
    .toSorted((one, other) => one.path.length - other.path.length);
}

function recordOf({ json }: SimulatedPod): unknown {
  const metadata = isObject(json.metadata) ? json.metadata : {};
  return isObject(metadata.annotations) ? metadata.annotations['rootlock.dev/hardened'] : undefined;
}

function podJson(pod: SimulatedPod, now: number, { owner, program }: Simulated): JsonObject {
  const last = pod.runs.at(-1);
  const before = pod.runs.at(-2);
  const running = last !== undefined && last.ended === undefined;
  const terminated = (each: SimulatedPod['runs'][number]) => ({
    terminated: {
      exitCode: each.exitCode ?? 0,
      reason: each.exitCode === 128 ? 'StartError' : 'Error',
      finishedAt: time(each.ended ?? now),
    },
  });
  const state = running
    ? { running: { startedAt: time(last.started) } }
    : last === undefined
      ? { waiting: { reason: 'ContainerCreating' } }
      : pod.runs.length < 2
        ? terminated(last)
        : { waiting: { reason: 'CrashLoopBackOff' } };
  const previous = running || pod.runs.length < 2 ? before : last;
  const seeds =
    isObject(pod.json.spec) && Array.isArray(pod.json.spec.initContainers)
      ? pod.json.spec.initContainers
      : [];
  const status = {
    name: 'main',
    ready: running,
    restartCount: Math.max(0, pod.runs.length - 1),
    state,
    lastState: previous === undefined ? {} : terminated(previous),
  };
  const seedFails = last?.exitCode === 128;
  const message = program.own?.map((path) => `4\t${path}`).join('\n') ?? '';
  const seeded = { terminated: { exitCode: 0, message, finishedAt: time(pod.created) } };
  return {
    ...pod.json,
    metadata: {
      ...(isObject(pod.json.metadata) ? pod.json.metadata : {}),
      uid: pod.uid,
      resourceVersion: '1',
      creationTimestamp: time(pod.created),
      ...(owner !== 'none' && {
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'owner', controller: true },
        ],
      }),
    },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: running ? 'True' : 'False' }],
      containerStatuses: [
        seedFails ? { name: 'main', state: { waiting: { reason: 'PodInitializing' } } } : status,
      ],
      initContainerStatuses: seeds.map((seed) =>
        seedFails && isObject(seed)
          ? { ...status, name: seed.name }
          : isObject(seed)
            ? { name: seed.name, ...(last !== undefined && { state: seeded }) }
            : {},
      ),
    },
  };
}

function memo<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}

function time(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z/, 'Z');
}

function nameOf(object: JsonObject): string {
  return isObject(object.metadata) ? String(object.metadata.name) : '';
}

function generationOf(object: JsonObject | undefined): number {
  return isObject(object?.metadata) && typeof object.metadata.generation === 'number'
    ? object.metadata.generation
    : 0;
}

function pathObjects(object: JsonObject | undefined): readonly JsonObject[] {
  return isObject(object?.spec) && Array.isArray(object.spec.paths) ? object.spec.paths.filter(isObject) : [];
}

function pathsOf(object: JsonObject): readonly string[] {
  return pathObjects(object).flatMap(({ path }) => (typeof path === 'string' ? path : []));
}

/** Which paths the learner owns. */
function ownOf(object: JsonObject | undefined): readonly string[] {
  const own = isObject(object?.metadata) ? object.metadata.own : undefined;
  return Array.isArray(own) ? own.map(String) : [];
}

/** Server-side apply: what others wrote stays, what we no longer name goes. */
function applied(object: JsonObject, before: JsonObject | undefined): JsonObject {
  const named = pathsOf(object);
  const others = pathObjects(before).filter(
    ({ path }) => !ownOf(before).includes(String(path)) && !named.includes(String(path)),
  );
  const spec = isObject(object.spec) ? object.spec : {};
  const merged = spec.action === 'Exempt' ? spec : { ...spec, paths: [...pathObjects(object), ...others] };
  return stored({ ...object, spec: merged, status: before?.status }, generationOf(before) + 1, named);
}

/** As the API server keeps it. */
function stored(object: JsonObject, generation: number, own: readonly string[]): JsonObject {
  const fields = Object.fromEntries(own.map((path) => [`k:${JSON.stringify({ path })}`, {}]));
  return {
    ...object,
    metadata: {
      ...(isObject(object.metadata) ? object.metadata : {}),
      uid: `uid-of-${nameOf(object)}`,
      generation,
      own: [...own],
      resourceVersion: String(generation),
      managedFields: [
        { manager: 'rootlock-learner', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:paths': fields } } },
      ],
    },
  };
}
