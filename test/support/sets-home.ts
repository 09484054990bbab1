import type { Profile } from '../../src/core/catalog/profile.ts';

/** A profile of nginx that sets HOME and nothing else. */
export const SETS_HOME: Profile = {
  name: 'nginx',
  generation: 1,
  source: 'person',
  image: { repository: 'nginx', digests: [] },
  action: 'Harden',
  reason: '',
  strategy: 'Merge',
  paths: [],
  env: [{ name: 'HOME', value: '/tmp' }],
  facts: { volumes: [], shell: true, separateVarRun: false },
};
