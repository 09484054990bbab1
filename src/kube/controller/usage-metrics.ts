import { Gauge, type Registry } from 'prom-client';
import type { PodUsage } from '../../core/usage/pod-usage.ts';
import { isMissed } from '../../core/usage/usage-reasons.ts';
import type { UsageBook } from './usage-book.ts';

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

function* usagesOf(book: UsageBook | undefined): Iterable<PodUsage> {
  for (const namespace of book?.byNamespace.groups() ?? []) yield* book?.byNamespace.get(namespace) ?? [];
}

/** That of the first container that has one: unhardened ones before others. */
function reasonOf({ containers }: PodUsage): string {
  const unhardened = containers.find(({ hardened, reason }) => !hardened && reason !== undefined);
  return (unhardened ?? containers.find(({ reason }) => reason !== undefined))?.reason ?? '';
}
