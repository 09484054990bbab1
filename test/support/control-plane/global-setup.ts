import { share } from './shared.ts';
import { type ControlPlane, startControlPlane } from './start.ts';

let running: ControlPlane | undefined;

/** jest's globalSetup: one control plane for all test files of a run. */
export default async function globalSetup(): Promise<void> {
  running = await startControlPlane();
  share(running.facts);
}

/** What jest's globalTeardown calls, in the same process. */
export async function stopShared(): Promise<void> {
  await running?.stop();
  running = undefined;
}
