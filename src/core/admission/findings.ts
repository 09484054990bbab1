import type { ContainerPath } from '../container-path.ts';
import type { Container, Pod } from '../pod/pod.ts';
import { findingsFor } from '../policy/index.ts';
import type { NamespacePolicy } from '../policy/namespace-policy.ts';
import { type Finding, finding } from '../policy/rule.ts';
import type { ContainerDecision } from './decision.ts';
import type { MountPlan } from './mount-plan.ts';
import { losesPrivilege } from './patch.ts';
import { isOurVolume } from './volume-name.ts';
import type { RuntimeFacts } from './world.ts';

type FindingsInput = {
  readonly pod: Pod;
  readonly containers: readonly ContainerDecision[];
  readonly policy: NamespacePolicy;
  readonly runtime: RuntimeFacts;
};

/** What still speaks against the immutability of a pod, as it will be once the decision is carried out. */
export function findingsOf({ pod, containers, policy, runtime }: FindingsInput): Finding[] {
  const enforced = policy.mode === 'enforce';
  const findings: Finding[] = [];
  for (const decision of containers) {
    const { container } = decision;
    const hardened = decision.kind === 'hardened';
    const judged = {
      pod,
      container: enforced && losesPrivilege(container, policy) ? unprivileged(container) : container,
      rootReadOnly: (hardened && enforced) || container.security.readOnlyRootFilesystem === true,
      imageVolumes: hardened ? imageVolumes(decision, runtime) : NONE,
    };
    findings.push(...findingsFor(judged));
    if (hardened) findings.push(...planFindings(decision));
  }
  return findings;
}

const NONE: readonly never[] = [];

type Hardened = Extract<ContainerDecision, { kind: 'hardened' }>;

function unprivileged(container: Container): Container {
  return { ...container, security: { ...container.security, privileged: false } };
}

function imageVolumes({ facts, plan }: Hardened, runtime: RuntimeFacts): readonly ContainerPath[] {
  if (runtime.imageVolumePaths === 'read-only' || facts.volumes.length === 0) return NONE;
  const mounted = new Set(plan.mounts.map(({ path }) => path));
  return facts.volumes.filter((path) => !mounted.has(path));
}

/** Findings that only the mount plan knows of. */
function planFindings({ container, plan }: Hardened): Finding[] {
  const findings: Finding[] = [];
  const data = dataInOurVolumes(plan).join(', ');
  if (data) {
    const message = `${data} holds users' data and is lost with the pod: mount a PersistentVolumeClaim there`;
    findings.push(finding(container, 'data-without-volume', message));
  }
  const conflicts = plan.notMounted
    .filter(({ reason }) => reason === 'read-only-mount' || reason === 'within-read-only-mount')
    .map(({ path }) => path)
    .join(', ');
  if (conflicts) {
    const message = `the image writes to ${conflicts}, which the pod mounts read-only: mount a writable volume there if it fails`;
    findings.push(finding(container, 'read-only-conflict', message));
  }
  return findings;
}

/**
 * Paths of users' data that have only an emptyDir of ours; none where the pod mounts a volume at another of them, for
 * an image that lists several is told by a variable which one to use.
 */
function dataInOurVolumes({ mounts, notMounted }: MountPlan): readonly string[] {
  const there = notMounted.filter(
    (path) => path.class === 'Data' && (path.reason === 'already-mounted' || path.reason === 'within-mount'),
  );
  if (there.some(({ volume }) => !isOurVolume(volume ?? ''))) return [];
  return [...mounts.filter((mount) => mount.class === 'Data'), ...there].map(({ path }) => path);
}
