import { preparePrograms } from './binaries.ts';
import { share } from './shared.ts';
import { type ControlPlane, startControlPlane } from './start.ts';

let running: ControlPlane | undefined;

/** What the files of this project run: built before the first test, whose time is not for that. */
const PROGRAMS = ['kube-apiserver', 'etcd', 'kube-controller-manager', 'kubectl', 'helm'] as const;

/** jest's globalSetup: one control plane for all test files of a run. */
export default async function globalSetup(): Promise<void> {
  await preparePrograms(PROGRAMS);
  running = await startControlPlane();
  share(running.facts);
}

/** What jest's globalTeardown calls, in the same process. */
export async function stopShared(): Promise<void> {
  await running?.stop();
  running = undefined;
}
