import type { Action } from '../../../core/action.ts';
import { type Shipped, type Shipping, shippingOf } from '../../../core/catalog/shipping.ts';
import { FIELD_MANAGERS } from '../../../core/field-managers.ts';
import type { JsonObject } from '../../../core/json.ts';
import { type ObservedProfile, observeProfile } from '../../../core/observed/observed-profile.ts';
import { ApiError } from '../../api.ts';
import { type Controller, type ControllerContext, DONE } from '../controller.ts';
import { LEASE_NAME } from '../lease.ts';

/** Keeps the built-in profiles of the cluster as this release ships them: applies, repairs and prunes. Keys are names. */
export function shipCatalog(context: ControllerContext, shipped: readonly Shipped[]): Controller {
  const { world, perform, log } = context;
  const wanted = new Map(shipped.map((each) => [each.profile.name, each]));
  const summary = createSummary(context);

  return {
    name: 'catalog',
    concurrency: 10,
    watch: (enqueue) => {
      const found = [...world.clusterProfiles.entries()].flatMap(([name, profile]) =>
        isOurs(profile) ? [name] : [],
      );
      const names = new Set([...wanted.keys(), ...found]);
      summary.begin(names);
      for (const name of names) enqueue(name);
      return world.clusterProfiles.subscribe(({ key, before, after }) => {
        if (wanted.has(key) || isOurs(before) || isOurs(after)) enqueue(key);
      });
    },
    reconcile: async (name) => {
      const found = world.clusterProfiles.get(name);
      const shipping = shippingOf(wanted.get(name), found);
      switch (shipping.kind) {
        case 'apply': {
          await apply(shipping.object, wanted.get(name), found);
          if (shipping.because === 'edited' && found !== undefined) await perform(restored(found));
          log.info('built-in profile applied', { profile: name, because: shipping.because });
          break;
        }
        case 'prune':
          // It was written meanwhile, its status say: the watch brings it once more.
          if (found !== undefined && (await perform(pruning(found))).kind === 'changed') return DONE;
          log.info('built-in profile pruned', { profile: name });
          break;
        case 'name-taken':
          if (found !== undefined) await perform(nameTaken(found));
          break;
        case 'in-place':
          break;
      }
      await summary.done(name, shipping);
      return DONE;
    },
  };

  /**
   * An apply leaves what others added to lists or set beside ours, and the API server may refuse what comes of it. Only
   * then the spec is replaced as a whole.
   */
  async function apply(object: JsonObject, of: Shipped | undefined, found?: ObservedProfile): Promise<void> {
    const action: Action = { kind: 'apply', manager: FIELD_MANAGERS.controller, object };
    try {
      const applied = await perform(action);
      const now = applied.kind === 'done' && applied.object ? observeProfile(applied.object) : undefined;
      if (now !== undefined && shippingOf(of, now).kind !== 'in-place') await perform(replacing(now, object));
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 422) || found === undefined) throw error;
      await perform(replacing(found, object));
      await perform(action);
    }
  }
}

function replacing({ reference }: ObservedProfile, { spec }: JsonObject): Action {
  return { kind: 'patch', target: reference, operations: [{ op: 'replace', path: '/spec', value: spec }] };
}

function isOurs(profile: ObservedProfile | undefined): boolean {
  return profile?.source === 'builtin' || profile?.applied === true;
}

function pruning({ reference, resourceVersion }: ObservedProfile): Action {
  return { kind: 'delete', target: reference, resourceVersion };
}

function restored({ reference }: ObservedProfile): Action {
  return {
    kind: 'tell',
    telling: {
      reason: 'BuiltinRestored',
      about: reference,
      action: 'Restore',
      note:
        `${reference.name} ships with Rootlock, and an edit of it does not last: it was put back. ` +
        'Make a ClusterWritablePathProfile of your own for the image; it comes before the built-in one.',
    },
  };
}

function nameTaken({ reference }: ObservedProfile): Action {
  return {
    kind: 'tell',
    telling: {
      reason: 'NameTaken',
      about: reference,
      action: 'Leave',
      note:
        `Rootlock ships a built-in profile of the name ${reference.name}, which this one keeps out. ` +
        'If that is not what you want, give this one another name.',
    },
  };
}

/** One event for all that was done when the term began, if anything was. */
function createSummary({ perform, settings, log }: ControllerContext) {
  const counts = { missing: 0, upgraded: 0, edited: 0, prune: 0, 'name-taken': 0, 'in-place': 0 };
  const left = new Set<string>();
  return {
    begin: (names: Iterable<string>) => {
      for (const name of names) left.add(name);
    },
    done: async (name: string, shipping: Shipping): Promise<void> => {
      if (!left.delete(name)) return;
      counts[shipping.kind === 'apply' ? shipping.because : shipping.kind] += 1;
      if (left.size > 0) return;
      log.info('built-in catalog in place', counts);
      const { missing, upgraded, edited, prune } = counts;
      if (missing + upgraded + edited + prune === 0) return;
      const about = {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        namespace: settings.namespace,
        name: LEASE_NAME,
      };
      const note =
        `The built-in catalog is in place: ${missing} profiles added, ${upgraded} upgraded, ${edited} put back, ` +
        `${prune} pruned, ${counts['name-taken']} left out because a person's profile has the name.`;
      await perform({ kind: 'tell', telling: { reason: 'CatalogShipped', about, action: 'Ship', note } });
    },
  };
}
