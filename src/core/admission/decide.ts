import type { Decision } from './decision.ts';
import type { AdmissionRequest, World } from './world.ts';

/** FLOW 1: what becomes of a pod that is being created. Never throws on any JSON. */
export function decide(_request: AdmissionRequest, _world: World): Decision {
  throw new Error('not built yet');
}
