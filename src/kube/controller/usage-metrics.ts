import { Gauge, type Registry } from 'prom-client';
import type { ObservedProfile } from '../../core/observed/observed-profile.ts';
import type { PodUsage } from '../../core/usage/pod-usage.ts';
import { isMissed } from '../../core/usage/usage-reasons.ts';
import type { UsageBook } from './usage-book.ts';
import type { ControllerWorld } from './world.ts';

/**
 * The pods of the namespaces that have opted in, counted whenever somebody asks. Only the leader has a book; the others
 * have nothing to say.
 */
export function registerUsageMetrics(registry: Registry, book: () => UsageBook | undefined): void {
  const registers = [registry];
  new Gauge({
    name: 'rootlock_pods',
    help: 'Pods of opted-in namespaces, by whether all their containers have a read-only root, and why not, or why not as they should.',
    labelNames: ['namespace', 'hardened', 'reason'],
    registers,
    collect() {
      setCounts(this, usagesOf(book()), (usage) => {
        const hardened = usage.containers.every((container) => container.hardened);
        return [usage.namespace, String(hardened), reasonOf(usage)];
      });
    },
  });
  new Gauge({
    name: 'rootlock_missed_pods',
    help: 'Pods that run otherwise than they would if they were made now, by the reason.',
    labelNames: ['namespace', 'reason'],
    registers,
    collect() {
      setCounts(this, usagesOf(book()), ({ namespace, containers }) => {
        const missed = containers.find(({ reason }) => isMissed(reason));
        return missed?.reason && [namespace, missed.reason];
      });
    },
  });
  new Gauge({
    name: 'rootlock_failing_pods',
    help: 'Pods with a container that fails, by whether that container is hardened.',
    labelNames: ['namespace', 'hardened'],
    registers,
    collect() {
      setCounts(this, usagesOf(book()), ({ namespace, containers }) => {
        const failing = containers.find((container) => container.failing);
        return failing && [namespace, String(failing.hardened)];
      });
    },
  });
  new Gauge({
    name: 'rootlock_escapable_pods',
    help: 'Pods with a container whose read-only root is undone by what it is allowed to do, by the worst of it.',
    labelNames: ['namespace', 'finding'],
    registers,
    collect() {
      setCounts(this, usagesOf(book()), ({ namespace, containers }) => {
        const [worst] = containers.flatMap(({ escapes = [] }) => escapes);
        return worst && [namespace, worst];
      });
    },
  });
}

/** The profiles of the cluster, counted whenever somebody asks, by the leader alone. */
export function registerProfileMetrics(
  registry: Registry,
  {
    world,
    leads,
    now,
  }: {
    world: () => Pick<ControllerWorld, 'clusterProfiles' | 'namespacedProfiles'>;
    leads: () => boolean;
    now: () => number;
  },
): void {
  new Gauge({
    name: 'rootlock_profiles',
    help: 'Profiles by who wrote them and what is to be said of them: counts, needs-approval (paths wait for a person), stepped-back (an image is left unhardened for a while), expired, or malformed.',
    labelNames: ['source', 'state'],
    registers: [registry],
    collect() {
      const { clusterProfiles, namespacedProfiles } = world();
      const caches = leads() ? [clusterProfiles, namespacedProfiles] : [];
      const time = now();
      setCounts(
        this,
        caches.flatMap((cache) => [...cache.entries()]),
        ([, profile]) => [profile.source, stateOf(profile, time)],
      );
    },
  });
}

/**
 * Sets a gauge to how many things there are of each set of labels, which are in the order of the gauge's names; a thing
 * without labels does not count. The gauge is asked once for each set: there are thousands of things, and few sets.
 */
export function setCounts<T, Name extends string>(
  gauge: Pick<Gauge<Name>, 'reset' | 'labels'>,
  things: Iterable<T>,
  labelsOf: (thing: T) => readonly string[] | undefined,
): void {
  const counts = new Map<string, { readonly labels: readonly string[]; count: number }>();
  for (const thing of things) {
    const labels = labelsOf(thing);
    if (labels === undefined) continue;
    const key = labels.join('\n');
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { labels, count: 1 });
    else known.count += 1;
  }
  gauge.reset();
  for (const { labels, count } of counts.values()) gauge.labels(...labels).set(count);
}

function stateOf({ read, source, status }: ObservedProfile, now: number): string {
  if (read.kind === 'malformed') return 'malformed';
  const { expires, action } = read.profile;
  if (expires !== undefined && expires <= now) return 'expired';
  if (action === 'Exempt' && source === 'learned') return 'stepped-back';
  return status.proposals.length > 0 ? 'needs-approval' : 'counts';
}

function* usagesOf(book: UsageBook | undefined): Iterable<PodUsage> {
  for (const namespace of book?.byNamespace.groups() ?? []) yield* book?.byNamespace.get(namespace) ?? [];
}

/** That of the first container that has one: unhardened ones before others. */
function reasonOf({ containers }: PodUsage): string {
  const unhardened = containers.find(({ hardened, reason }) => !hardened && reason !== undefined);
  return (unhardened ?? containers.find(({ reason }) => reason !== undefined))?.reason ?? '';
}
