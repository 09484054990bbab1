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
      this.reset();
      for (const usage of usagesOf(book())) {
        const hardened = usage.containers.every((container) => container.hardened);
        const reason = reasonOf(usage);
        this.inc({ namespace: usage.namespace, hardened: String(hardened), reason });
      }
    },
  });
  new Gauge({
    name: 'rootlock_missed_pods',
    help: 'Pods that run otherwise than they would if they were made now, by the reason.',
    labelNames: ['namespace', 'reason'],
    registers,
    collect() {
      this.reset();
      for (const { namespace, containers } of usagesOf(book())) {
        const reason = containers.map((container) => container.reason).find(isMissed);
        if (reason !== undefined) this.inc({ namespace, reason });
      }
    },
  });
  new Gauge({
    name: 'rootlock_failing_pods',
    help: 'Pods with a container that fails, by whether that container is hardened.',
    labelNames: ['namespace', 'hardened'],
    registers,
    collect() {
      this.reset();
      for (const { namespace, containers } of usagesOf(book())) {
        const failing = containers.find((container) => container.failing);
        if (failing !== undefined) this.inc({ namespace, hardened: String(failing.hardened) });
      }
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
      this.reset();
      if (!leads()) return;
      const { clusterProfiles, namespacedProfiles } = world();
      for (const cache of [clusterProfiles, namespacedProfiles]) {
        for (const [, profile] of cache.entries())
          this.inc({ source: profile.source, state: stateOf(profile, now()) });
      }
    },
  });
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
