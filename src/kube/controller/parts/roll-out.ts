import { isArray, isObject, type JsonObject } from '../../../core/json.ts';
import { shortName } from '../../../core/object-reference.ts';
import { nextStep, type RolloutStep } from '../../../core/rollout/next-step.ts';
import { type Owner, RESTARTED_AT_ANNOTATION, ROLLOUT_ANNOTATION } from '../../../core/rollout/owner.ts';
import { workloadsOf } from '../../../core/rollout/workloads.ts';
import type { EventReason } from '../../../core/telling.ts';
import type { PodUsage } from '../../../core/usage/pod-usage.ts';
import { isMissed } from '../../../core/usage/usage-reasons.ts';
import { again, type Controller, type ControllerContext, DONE, type Reconciled } from '../controller.ts';

/** Milliseconds until a namespace is looked at again, while something is under way, or stopped. */
const SOON_MS = 5_000;
const STOPPED_MS = 60_000;
/** For the pod that takes the place of an evicted one to appear. */
const AFTER_EVICTION_MS = 10_000;
/** For the pods of a namespace to settle before the first look. */
const FIRST_MS = 10_000;

/** Restarts the owners of pods that admission missed, where a namespace asks for it. Keys are namespaces. */
export function rollOut(context: ControllerContext): Controller {
  const { world, usage, reads, perform, settings, now, log } = context;
  /** Namespaces in which nothing was left to do, when they were last looked at. */
  const quiet = new Set<string>();
  const asked = (namespace: string) => {
    const { mode, rollout } = world.namespaces.get(namespace)?.policy ?? { mode: 'off', rollout: 'off' };
    return mode === 'enforce' && rollout === 'auto';
  };

  return {
    name: 'rollout',
    concurrency: 2,
    watch: (enqueue) => {
      usage.whenComplete(() => {
        for (const [namespace] of world.namespaces.entries()) if (asked(namespace)) enqueue(namespace);
      });
      const ends = [
        world.namespaces.subscribe(({ key }) => asked(key) && enqueue(key, FIRST_MS)),
        usage.subscribe(({ before, after }) => {
          const namespace = (after ?? before)?.namespace ?? '';
          if (asked(namespace)) enqueue(namespace, FIRST_MS);
        }),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
    reconcile: async (namespace) => {
      if (!asked(namespace) || !usage.isComplete()) return DONE;
      const usages = [...usage.byNamespace.get(namespace)];
      if (quiet.has(namespace) && !usages.some(isLacking)) return DONE;
      const workloads = workloadsOf(await ownersIn(namespace), usages, world.pods.get);
      const step = nextStep({ workloads, now: now(), timeoutMs: settings.rolloutTimeoutMs });
      if (step.kind === 'nothing') quiet.add(namespace);
      else quiet.delete(namespace);
      const waits =
        step.kind === 'nothing' &&
        workloads.some(({ pods }) => pods.some(({ usage: each }) => isLacking(each)));
      return waits ? again(STOPPED_MS) : take(step);
    },
  };

  async function ownersIn(namespace: string): Promise<readonly JsonObject[]> {
    const lists = await Promise.all(
      LISTED.map(async ({ kind, plural }) => {
        const answer = await reads.json({ path: `/apis/apps/v1/namespaces/${namespace}/${plural}` });
        const items = isObject(answer) && isArray(answer.items) ? answer.items.filter(isObject) : [];
        // The items of a list do not say what they are.
        return items.map((item): JsonObject => ({ ...item, apiVersion: 'apps/v1', kind }));
      }),
    );
    return lists.flat();
  }

  async function take(step: RolloutStep): Promise<Reconciled> {
    switch (step.kind) {
      case 'nothing':
        return DONE;
      case 'wait':
        return again(SOON_MS);
      case 'stop':
        await tell(
          step.owner,
          'RolloutStopped',
          'Stop',
          `${step.because}. No other owner of the namespace is restarted until that is set right.`,
        );
        return again(STOPPED_MS);
      case 'restart': {
        const time = new Date(step.restart.at).toISOString().replace(/\.\d+Z$/, 'Z');
        const done = await perform({
          kind: 'merge',
          target: step.owner.reference,
          patch: {
            metadata: noted(step.owner, JSON.stringify({ ...step.restart, at: time })),
            spec: { template: { metadata: { annotations: { [RESTARTED_AT_ANNOTATION]: time } } } },
          },
        });
        const note = `Restarted, since its pods lack: ${step.restart.lacking}`;
        if (done.kind === 'done') await tell(step.owner, 'RolloutRestarted', 'Restart', note);
        return again(SOON_MS);
      }
      case 'finish': {
        const patch = { metadata: noted(step.owner, null) };
        const done = await perform({ kind: 'merge', target: step.owner.reference, patch });
        const note = 'Its pods have been made anew, and are ready.';
        if (done.kind === 'done') await tell(step.owner, 'RolloutDone', 'Finish', note);
        return again(SOON_MS);
      }
      case 'evict':
        return evict(step);
    }
  }

  async function evict({ owner, pod: key }: Extract<RolloutStep, { kind: 'evict' }>): Promise<Reconciled> {
    const pod = world.pods.get(key);
    if (pod === undefined) return again(SOON_MS);
    const { namespace, name, uid } = pod;
    const evicted = await perform({
      kind: 'evict',
      pod: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
    });
    switch (evicted.kind) {
      case 'refused':
        await tell(owner, 'RolloutWaits', 'Wait', `${name} cannot be evicted yet: ${evicted.because}`);
        return again(Math.max(evicted.retryAfterMs ?? 0, AFTER_EVICTION_MS));
      case 'done':
        await tell(
          owner,
          'RolloutRestarted',
          'Evict',
          `${name} was evicted, so that one as it should be takes its place.`,
        );
        return again(AFTER_EVICTION_MS);
      case 'gone':
      case 'changed':
        return again(SOON_MS);
    }
  }

  async function tell(owner: Owner, reason: EventReason, action: string, note: string): Promise<void> {
    log.info('rollout', { object: shortName(owner.reference), namespace: owner.reference.namespace, reason });
    await perform({ kind: 'tell', telling: { reason, about: owner.reference, action, note } });
  }
}

const LISTED = [
  { kind: 'Deployment', plural: 'deployments' },
  { kind: 'StatefulSet', plural: 'statefulsets' },
  { kind: 'DaemonSet', plural: 'daemonsets' },
  { kind: 'ReplicaSet', plural: 'replicasets' },
] as const;

function isLacking({ containers }: PodUsage): boolean {
  return containers.some(({ reason }) => isMissed(reason));
}

/** What we write on an owner, only where it is still the one that was looked at. */
function noted({ resourceVersion }: Owner, text: string | null): JsonObject {
  return { resourceVersion, annotations: { [ROLLOUT_ANNOTATION]: text } };
}
