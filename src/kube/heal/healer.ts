import { isUntried } from '../../core/healing/acquaint.ts';
import { actionsFor } from '../../core/healing/actions.ts';
import { firstLook } from '../../core/healing/first-look.ts';
import { heal } from '../../core/healing/heal.ts';
import { failingOf } from '../../core/healing/health.ts';
import type { HealingLimits } from '../../core/healing/image-case.ts';
import { type Memory, NO_MEMORY } from '../../core/healing/memory.ts';
import { type Patient, subjectOf } from '../../core/healing/patient.ts';
import { patientsOf } from '../../core/healing/patients.ts';
import {
  imagesOf,
  type KnownImages,
  type Replacement,
  replacementPlan,
} from '../../core/healing/replacements.ts';
import { readOnlyOwnDirectories } from '../../core/healing/seeding.ts';
import type { Evidence } from '../../core/learning/evidence.ts';
import type { ObjectReference } from '../../core/object-reference.ts';
import type { ObservedNamespace } from '../../core/observed/observed-namespace.ts';
import type { ObservedPod } from '../../core/observed/observed-pod.ts';
import type { ObservedProfile } from '../../core/observed/observed-profile.ts';
import { ApiError } from '../api.ts';
import {
  again,
  type Controller,
  type ControllerContext,
  DONE,
  type Enqueue,
} from '../controller/controller.ts';
import { createOwners } from '../controller/owners.ts';
import { createJobForgiveness } from './job-forgiveness.ts';
import { createPrograms } from './known-programs.ts';
import { createLastWords } from './last-words.ts';
import { type LearnedObjects, listLearned } from './learned-objects.ts';
import { createLogBook } from './log-book.ts';
import { createLogBudget } from './log-budget.ts';
import { createLookTimes } from './look-times.ts';
import { healMetrics } from './metrics.ts';
import { readDueLogs } from './read-logs.ts';
import { createReplacer } from './replacer.ts';
import { sameToHealing } from './same-to-healing.ts';

export type HealingSettings = HealingLimits & {
  /** Logs a second, of all namespaces together. */
  readonly logsPerSecond: number;
  /** Bytes of one log, at a time. */
  readonly logBytes: number;
};

/** For the changes of a moment to be looked at together. */
const DEBOUNCE_MS = 300;
/** For a watch to bring what the API server has already. */
const CATCH_UP_MS = 300;

/**
 * Heals the workloads of namespaces that have opted in. Keys are namespaces, so that no two of its looks write the same
 * profile or evict pods of the same owner, and one that a tenant keeps busy does not keep the others waiting.
 */
export function healWorkloads(context: ControllerContext, settings: HealingSettings): Controller {
  const { world, reads, perform, now, clock, log, stop } = context;
  const metrics = healMetrics(context.metrics.registry);
  const book = createLogBook();
  const budget = createLogBudget({ perSecond: settings.logsPerSecond, clock });
  const owners = createOwners(reads);
  const forgiveness = createJobForgiveness(reads);
  const replacer = createReplacer({ context, metrics });
  let wake: (namespace: string) => void = () => undefined;
  const lastWords = createLastWords({
    api: reads,
    book,
    budget,
    maxBytes: settings.logBytes,
    heard: (namespace) => wake(namespace),
    now,
    log,
    stop,
  });
  const logReading = { api: reads, book, budget, maxBytes: settings.logBytes, metrics, log };
  const programs = createPrograms(world.clusterProfiles, stop);
  const looks = createLookTimes(clock);

  return {
    name: 'healing',
    concurrency: 8,
    watch: (enqueue) => {
      const changed: Enqueue = (namespace, afterMs) => {
        looks.changed(namespace);
        enqueue(namespace, afterMs);
      };
      wake = changed;
      for (const namespace of world.podsIn.groups()) changed(namespace);
      const ends = [
        world.pods.subscribe(({ before, after }) => {
          const namespace = (after ?? before)?.namespace ?? '';
          if (!isHealed(world.namespaces.get(namespace))) return;
          if (after?.deleting === true && before?.deleting === false) lastWords.listen(after);
          changed(namespace, DEBOUNCE_MS);
        }),
        world.namespacedProfiles.subscribe(({ before, after }) => {
          if (!sameToHealing(before, after))
            changed((after ?? before)?.reference.namespace ?? '', DEBOUNCE_MS);
        }),
        world.namespaces.subscribe(({ key }) => changed(key, DEBOUNCE_MS)),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
    reconcile: async (namespace) => {
      if (healedNamespace(namespace) === undefined) {
        book.keep(namespace, () => false);
        return DONE;
      }
      const logs = await readDueLogs(world.podsIn.get(namespace), now(), logReading);
      const present = new Set([...world.podsIn.get(namespace)].map(({ uid }) => uid));
      book.keep(namespace, (uid) => present.has(uid) || lastWords.has(uid));
      if (logs.tried) looks.changed(namespace);
      const next = Math.min(logs.nextInMs, await looks.whenDue(namespace, () => look(namespace)));
      return Number.isFinite(next) ? again(Math.max(next, CATCH_UP_MS)) : DONE;
    },
  };

  function healedNamespace(name: string): ObservedNamespace | undefined {
    const namespace = world.namespaces.get(name);
    return isHealed(namespace) ? namespace : undefined;
  }

  function learnedIn(namespace: string): readonly ObservedProfile[] {
    return [...world.profilesIn.get(namespace)].filter(({ source }) => source === 'learned');
  }

  /** The answer is in how many milliseconds to look again, though nothing changes. */
  async function look(name: string): Promise<number> {
    // What it says may have changed while logs were read.
    const namespace = healedNamespace(name);
    if (namespace === undefined) return Number.POSITIVE_INFINITY;
    const present = [...world.podsIn.get(name)];
    const leaving = lastWords.of(name).filter(({ uid }) => !present.some((pod) => pod.uid === uid));
    const pods = [...present, ...leaving];
    const unowned = patientsNow(name, pods, new Map());
    const images = imagesOf(unowned);
    const concerned = repositoriesToHeal(unowned, images, namespace);
    if (concerned.size === 0) return Number.POSITIVE_INFINITY;
    const roots = await rootsOf(pods);
    if (namespace.policy.unknownImages === 'scratch')
      await forgiveness.ask(present.filter(({ runsToEnd, record }) => runsToEnd && record === undefined));
    const objects = await listLearned(reads, name);
    if (!isCaughtUp(objects, name)) return CATCH_UP_MS;
    const patients = patientsNow(name, pods, roots);
    const memories = new Map<string, Memory>();
    const refusals: ApiError[] = [];
    for (const repository of concerned) {
      const healed = await healOne(repository, patients, namespace, objects).catch(refusal);
      if (healed instanceof ApiError) refusals.push(healed);
      else if (healed.kind === 'changed') return CATCH_UP_MS;
      else memories.set(repository, healed.memory);
    }
    const plan = replacementPlan({
      patients: patients.filter(({ pod }) => !leaving.includes(pod)),
      images,
      memoryOf: (repository) => memories.get(repository) ?? NO_MEMORY,
      now: now(),
    });
    await Promise.all(plan.orphans.map(tellOrphan));
    const nextInMs = await replacer.replace(plan.now);
    const [refused] = refusals;
    if (refused !== undefined) throw refused;
    return nextInMs;
  }

  function patientsNow(
    namespace: string,
    pods: readonly ObservedPod[],
    roots: ReadonlyMap<string, ObjectReference>,
  ): readonly Patient[] {
    return patientsOf({
      pods,
      catalog: world.catalog(),
      namespace,
      workloadOf: ({ owner }) => owner && (roots.get(owner.uid ?? '') ?? owner),
      evidenceOf: book.evidenceOf,
      heardOf: book.heardOf,
      forgives: forgiveness.of,
      now: now(),
    });
  }

  /** Whom the pods' owners belong to, by the owners' uids. */
  async function rootsOf(pods: readonly ObservedPod[]): Promise<ReadonlyMap<string, ObjectReference>> {
    const roots = new Map<string, ObjectReference>();
    for (const { owner } of pods)
      if (owner?.uid !== undefined && !roots.has(owner.uid)) roots.set(owner.uid, await owners.rootOf(owner));
    return roots;
  }

  /** Images of which a container fails, has logged something, or is to be looked at, or for which something is under way. */
  function repositoriesToHeal(
    patients: readonly Patient[],
    images: KnownImages,
    { name, policy }: ObservedNamespace,
  ): ReadonlySet<string> {
    const busy = new Set(learnedIn(name).flatMap(underWay));
    const concerned = patients.filter((patient) => {
      const { record, evidence, health, image } = patient;
      if (busy.has(image.repository)) return true;
      if (record === undefined)
        return policy.unknownImages === 'scratch' && isUntried(patient) && health.kind === 'ended';
      const fails = failingOf(health) !== 'not';
      if (fails || evidence.some(isUseful) || firstLook(patient).length > 0) return true;
      return readOnlyOwnDirectories(patient, images.get(image.repository) ?? []).length > 0;
    });
    return new Set(concerned.map(({ image }) => image.repository));
  }

  /** A decision made from a catalog that lacks what we have just written would be made twice. */
  function isCaughtUp({ versions }: LearnedObjects, namespace: string): boolean {
    const cached = learnedIn(namespace);
    return (
      cached.length === versions.size &&
      cached.every(({ reference, generation }) => versions.get(reference.name) === generation)
    );
  }

  async function healOne(
    repository: string,
    patients: readonly Patient[],
    { policy }: ObservedNamespace,
    objects: LearnedObjects,
  ): Promise<{ readonly kind: 'changed' } | { readonly kind: 'healed'; readonly memory: Memory }> {
    const learned = objects.learned(repository);
    if (learned === undefined) {
      log.warn('no name is free for a learned profile', { repository });
      return { kind: 'healed', memory: NO_MEMORY };
    }
    const given = {
      policy,
      patients: patients.filter(({ image }) => image.repository === repository),
      learned,
      exemptions: objects.exemptions(repository),
      taken: objects.taken(repository),
      programs: programs(),
      limits: settings,
      now: now(),
    };
    const state = heal(given);
    const actions = actionsFor(given, state);
    for (const action of actions) {
      const performed = await perform(action);
      if (performed.kind === 'changed') return { kind: 'changed' };
    }
    for (const outcome of state.outcomes) metrics.healing(outcome);
    const wrote = actions.some(({ kind }) => kind !== 'tell');
    if (wrote)
      log.info('healing', {
        repository,
        profile: learned.name,
        outcomes: state.outcomes.map(({ kind }) => kind),
      });
    return wrote ? { kind: 'changed' } : { kind: 'healed', memory: state.learned.memory };
  }

  async function tellOrphan({ patient }: Replacement): Promise<void> {
    const note =
      `Container ${patient.container.name} fails with a read-only root, and what it lacks is known by now: ` +
      'nobody would make this pod anew, so delete it and make it again yourself.';
    const about = subjectOf(patient);
    await perform({ kind: 'tell', telling: { reason: 'NotHealed', about, action: 'Leave', note } });
  }
}

function isHealed(namespace: ObservedNamespace | undefined): boolean {
  if (namespace === undefined || namespace.terminating) return false;
  return namespace.policy.mode === 'enforce' && namespace.policy.heal !== 'off';
}

/** What is wrong with what was written of one image says nothing of the others; where the API server is away, it is for all. */
function refusal(error: unknown): ApiError {
  if (error instanceof ApiError && error.status < 500 && error.status !== 429) return error;
  throw error;
}

/** Whether it may ask for something by itself: what is told of volumes matters only where a container fails. */
function isUseful({ kind }: Evidence): boolean {
  return kind === 'write' || kind === 'pathless';
}

/** The repository of a learned profile for which more is to come: proposals, attempts, an exemption. */
function underWay({ read, status, healing }: ObservedProfile): readonly string[] {
  if (read.kind !== 'profile') return [];
  const waits = healing !== undefined || status.proposals.length > 0 || read.profile.action === 'Exempt';
  return waits ? [read.profile.image.repository] : [];
}
