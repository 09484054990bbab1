import { profileWith } from '../core/catalog/any-profile.ts';

/** A profile of nginx that sets HOME and nothing else. */
export const SETS_HOME = profileWith({ env: [{ name: 'HOME', value: '/tmp' }] });
