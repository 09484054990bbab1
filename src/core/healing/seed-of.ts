import { seedContainerName } from '../admission/seed.ts';
import type { ObservedContainer, ObservedPod } from '../observed/observed-pod.ts';

const NONE: ReadonlySet<string> = new Set();
const ANY_SEED = `${seedContainerName('', NONE)}-`;

/** The init container that copies its image's content for a container. */
export function seedOf(container: string, pod: ObservedPod): ObservedContainer | undefined {
  const name = seedContainerName(container, NONE);
  return pod.containers.find((each) => each.list === 'initContainers' && each.name === name);
}

/** What it said of the image in the end; empty where it has not ended well. */
export function reportOf(container: string, pod: ObservedPod): string {
  const seed = seedOf(container, pod);
  return seed?.state.kind === 'terminated' && seed.state.exitCode === 0 ? seed.state.message : '';
}

/** True for the init containers that copy content for others. */
export function isSeed({ list, name }: Pick<ObservedContainer, 'list' | 'name'>): boolean {
  return list === 'initContainers' && name.startsWith(ANY_SEED);
}
