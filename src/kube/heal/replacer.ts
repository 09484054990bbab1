import { podReference, subjectOf } from '../../core/healing/patient.ts';
import type { Replacement } from '../../core/healing/replacements.ts';
import type { ControllerContext } from '../controller/controller.ts';
import type { HealMetrics } from './metrics.ts';

/** Evicts pods, so that their owners make new ones. */
export type Replacer = {
  /** The answer is in how many milliseconds to look again; Infinity where changes will tell. */
  readonly replace: (replacements: readonly Replacement[]) => Promise<number>;
};

/** For the webhook's replicas to have the profile that the new pod is to be hardened by. */
const SETTLE_MS = 2_000;
const FIRST_WAIT_MS = 10_000;
const MAX_WAIT_MS = 300_000;
/** Owners that had to wait, or whose pod was evicted, and are remembered. */
const REMEMBERED = 5_000;

export function createReplacer({
  context,
  metrics,
}: {
  readonly context: Pick<ControllerContext, 'world' | 'perform' | 'now' | 'clock' | 'log'>;
  readonly metrics: Pick<HealMetrics, 'replaced'>;
}): Replacer {
  const { world, perform, now, clock, log } = context;
  const waiting = new Map<string, { readonly until: number; readonly wait: number }>();

  /** Twice as long each time; not at all once the owner is served. */
  const postpone = (owner: string, least: number): number => {
    const before = waiting.get(owner);
    const wait = Math.max(
      least,
      Math.min(MAX_WAIT_MS, before === undefined ? FIRST_WAIT_MS : before.wait * 2),
    );
    waiting.delete(owner);
    waiting.set(owner, { wait, until: clock.now() + wait });
    const [oldest] = waiting.keys();
    if (waiting.size > REMEMBERED && oldest !== undefined) waiting.delete(oldest);
    return wait;
  };

  const replaceOne = async (replacement: Replacement): Promise<number> => {
    const { pod, patient, because } = replacement;
    const owner = pod.owner?.uid ?? pod.uid;
    const postponed = (waiting.get(owner)?.until ?? 0) - clock.now();
    if (postponed > 0) return postponed;
    const settling = settlesIn(replacement);
    if (settling > 0) return settling;
    const evicted = await perform({ kind: 'evict', pod: podReference(pod) });
    switch (evicted.kind) {
      case 'done':
        waiting.delete(owner);
        metrics.replaced('evicted');
        log.info('pod evicted', { namespace: pod.namespace, pod: pod.name, because });
        return Number.POSITIVE_INFINITY;
      case 'refused': {
        metrics.replaced('refused');
        const note =
          `Pod ${pod.name} is to be replaced, so that container ${patient.container.name} runs with what it needs, ` +
          'and cannot be evicted yet: a PodDisruptionBudget, or the API server, says not now.';
        const telling = { reason: 'HealWaits', about: subjectOf(patient), action: 'Wait', note } as const;
        await perform({ kind: 'tell', telling });
        return postpone(owner, evicted.retryAfterMs ?? 0);
      }
      case 'gone':
      case 'changed':
        metrics.replaced('gone');
        return Number.POSITIVE_INFINITY;
    }
  };

  /** Milliseconds until the profiles that made the difference have been there long enough. */
  const settlesIn = ({ patient: { match } }: Replacement): number => {
    const profiles =
      match.kind === 'harden' ? match.profiles : match.kind === 'exempt' ? [match.profile] : [];
    const changed = profiles.map(
      ({ namespace, name }) =>
        world.profile(namespace === undefined ? name : `${namespace}/${name}`)?.specChanged ?? 0,
    );
    return Math.max(0, ...changed) + SETTLE_MS - now();
  };

  return {
    replace: async (replacements) => {
      const waits = await Promise.all(replacements.map(replaceOne));
      return Math.min(Number.POSITIVE_INFINITY, ...waits);
    },
  };
}
