import { type Catalog, type CatalogOptions, compileCatalog } from '../core/catalog/lookup.ts';
import type { Profile, ReadProfile } from '../core/catalog/profile.ts';
import { readProfile } from '../core/catalog/read-profile.ts';
import type { JsonObject } from '../core/json.ts';
import type { Log } from '../log.ts';
import type { Api } from './api.ts';
import type { Clock } from './reflector.ts';
import { createStore, type Store } from './store.ts';

/** The cluster's profiles, and the catalog made of them: one snapshot, swapped whole. */
export type Profiles = {
  /** Until everything has been listed: the built-in profiles alone. */
  readonly catalog: () => Catalog;
  /** Whether the catalog is the cluster's. */
  readonly complete: () => boolean;
  /** How many are left out because they cannot be read. */
  readonly malformed: () => number;
  readonly stores: readonly Store<ReadProfile>[];
  /** Makes no further catalogs. */
  readonly stop: () => void;
};

export type ProfilesOptions = {
  readonly api: Api;
  /** What counts as long as the cluster has no built-in profiles of its own. */
  readonly builtin: readonly Profile[];
  readonly catalog: CatalogOptions;
  /** Another catalog has taken the place of the last one. */
  readonly changed: () => void;
  readonly clock: Clock;
  readonly log: Log;
};

const PATH = '/apis/rootlock.dev/v1alpha1';
const PLURALS = ['clusterwritablepathprofiles', 'writablepathprofiles'];

/**
 * A catalog is made at once after a change, and the next one after a pause of ten times as long as that took, so that
 * reviews get most of the process whatever the size of the catalog. Reviews may wait for the next one, though, and
 * not for long: a pause beyond this is shortened, down to twice as long as the catalog took.
 */
const PAUSE = { times: 10, longMs: 100, leastTimes: 2 };

export function pauseAfter(tookMs: number): number {
  return Math.min(PAUSE.times * tookMs, Math.max(PAUSE.longMs, PAUSE.leastTimes * tookMs));
}

export function createProfiles(options: ProfilesOptions): Profiles {
  const { api, builtin, changed, clock, log } = options;
  let catalog = compileCatalog(builtin, options.catalog);
  let complete = false;
  let malformed = 0;
  let notBefore = 0;
  let pending: NodeJS.Timeout | undefined;

  const make = () => {
    const began = clock.now();
    const read = stores.flatMap((store) => store.values());
    const own = read.flatMap((each) => (each.kind === 'profile' ? [each.profile] : []));
    catalog = compileCatalog(withBuiltin(own, builtin), options.catalog);
    malformed = read.length - own.length;
    complete = true;
    pending = undefined;
    notBefore = clock.now() + pauseAfter(clock.now() - began);
    log.debug('catalog', { profiles: catalog.size, malformed });
    changed();
  };
  const profilesChanged = () => {
    if (!stores.every((store) => store.synced())) return;
    pending ??= setTimeout(make, Math.max(0, notBefore - clock.now()));
  };
  const stores = PLURALS.map((plural) =>
    createStore<ReadProfile>({
      api,
      path: `${PATH}/${plural}`,
      read: (object) => readAndTell(object, log),
      same: sameProfile,
      changed: profilesChanged,
      clock,
      log,
    }),
  );
  return {
    catalog: () => catalog,
    complete: () => complete,
    malformed: () => malformed,
    stores,
    stop: () => clearTimeout(pending),
  };
}

/** The controller keeps the cluster's built-in profiles; until it has, those that came with us count. */
function withBuiltin(own: readonly Profile[], builtin: readonly Profile[]): readonly Profile[] {
  return own.some(({ source }) => source === 'builtin') ? own : [...own, ...builtin];
}

/** A status that is written does not make another profile: only what the decision reads counts. */
function sameProfile(before: ReadProfile, after: ReadProfile): boolean {
  if (before.kind !== 'profile' || after.kind !== 'profile') return false;
  return sameVersion(before.profile, after.profile);
}

function sameVersion(a: Profile, b: Profile): boolean {
  return a.generation === b.generation && a.source === b.source && a.generation > 0;
}

function readAndTell(object: JsonObject, log: Log): ReadProfile {
  const read = readProfile(object);
  if (read.kind === 'malformed') {
    const problems = read.problems.map(({ field, message }) => `${field}: ${message}`);
    log.warn('malformed profile left out', { profile: read.name, problems });
  }
  return read;
}
