import type { NamespacePolicy } from '../policy/namespace-policy.ts';
import type { ContainerDecision, Denial } from './decision.ts';

/** Whether the namespace's labels refuse this pod. An exemption from hardening is none from the deny of privileges. */
export function denialOf(
  containers: readonly ContainerDecision[],
  policy: NamespacePolicy,
): Denial | undefined {
  const privileged = policy.privileged === 'deny' && names(containers.filter(isPrivileged));
  if (privileged) {
    return {
      reason: 'privileged',
      message:
        `privileged: true in ${privileged} lets the container make its root writable and change the host. ` +
        'Remove it, add only the capabilities that are needed, or ask for the namespace label rootlock.dev/privileged: warn.',
    };
  }
  const explicit = policy.explicitFalse === 'deny' && names(skipped(containers, 'explicit-false'));
  if (explicit) {
    return {
      reason: 'explicit-false',
      message:
        `readOnlyRootFilesystem: false in ${explicit} is not allowed in this namespace. ` +
        'Remove the field: Rootlock mounts volumes where the image has to write.',
    };
  }
  const unknown = policy.unknownImages === 'deny' ? skipped(containers, 'unknown-image') : [];
  if (unknown.length > 0) {
    const images = unknown.map(({ container }) => container.image).join(', ');
    return {
      reason: 'unknown-image',
      message:
        `no profile says what ${images} has to write. Add a WritablePathProfile for it to this namespace ` +
        '(see: rootlock explain), or ask for the namespace label rootlock.dev/unknown-images: scratch.',
    };
  }
  return undefined;
}

function isPrivileged({ container }: ContainerDecision): boolean {
  return container.security.privileged;
}

function skipped(containers: readonly ContainerDecision[], reason: string): ContainerDecision[] {
  return containers.filter((decision) => decision.kind === 'left-alone' && decision.reason === reason);
}

function names(containers: readonly ContainerDecision[]): string {
  return containers.map(({ container }) => container.name).join(', ');
}
