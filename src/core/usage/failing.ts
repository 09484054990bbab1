import type { ObservedContainer } from '../observed/observed-pod.ts';

/** What the kubelet says of a container that does not get to run, or not for long. */
const FAILING_WAITS = new Set([
  'CrashLoopBackOff',
  'RunContainerError',
  'CreateContainerError',
  'StartError',
]);

/** Whether a container fails now: it ended with an error, or waits to be tried again after one. */
export function isFailing({ state, list }: ObservedContainer): boolean {
  switch (state.kind) {
    case 'waiting':
      return FAILING_WAITS.has(state.reason);
    case 'terminated':
      return list !== 'ephemeralContainers' && state.exitCode !== 0;
    case 'running':
    case 'unknown':
      return false;
  }
}
