import { capability } from './capability.ts';
import { ephemeralContainer } from './ephemeral-container.ts';
import { explicitFalse } from './explicit-false.ts';
import { hostPath } from './host-path.ts';
import { hostPathSubmounts } from './host-path-submounts.ts';
import { hostPid } from './host-pid.ts';
import { imageVolume } from './image-volume.ts';
import { privilegeEscalation } from './privilege-escalation.ts';
import { privileged } from './privileged.ts';
import { procMount } from './proc-mount.ts';
import type { Finding, Judged, Rule } from './rule.ts';
import { runtimeSocket } from './runtime-socket.ts';
import { sharedProcesses } from './shared-processes.ts';
import { writableRoot } from './writable-root.ts';

/** In the order in which people should read them: a list that is cut short keeps its worst findings. */
const RULES: readonly Rule[] = [
  privileged,
  capability,
  runtimeSocket,
  hostPath,
  hostPid,
  procMount,
  explicitFalse,
  writableRoot,
  ephemeralContainer,
  sharedProcesses,
  hostPathSubmounts,
  imageVolume,
  privilegeEscalation,
];

/**
 * All that speaks against a container's immutability and can be told from the pod and the image. Findings about a
 * mount plan (`data-without-volume`, `read-only-conflict`) are made where the plan is. A Windows container has no
 * read-only root to be judged by.
 */
export function findingsFor(judged: Judged): readonly Finding[] {
  const findings: Finding[] = [];
  if (judged.pod.os === 'windows') return findings;
  for (const rule of RULES) findings.push(...rule(judged));
  return findings;
}
