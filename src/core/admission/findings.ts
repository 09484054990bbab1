import type { ContainerPath } from '../container-path.ts';
import type { Container, Pod } from '../pod/pod.ts';
import { findingsFor } from '../policy/index.ts';
import type { NamespacePolicy } from '../policy/namespace-policy.ts';
import { type Finding, finding } from '../policy/rule.ts';
import type { ContainerDecision } from './decision.ts';
import { losesPrivilege } from './patch.ts';
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
  return containers.flatMap((decision) => {
    const { container } = decision;
    const hardened = decision.kind === 'hardened';
    return [
      ...findingsFor({
        pod,
        container: enforced && losesPrivilege(container, policy) ? unprivileged(container) : container,
        rootReadOnly: (hardened && enforced) || container.security.readOnlyRootFilesystem === true,
        imageVolumes: hardened ? imageVolumes(decision, runtime) : [],
      }),
      ...(hardened ? planFindings(decision) : []),
    ];
  });
}

type Hardened = Extract<ContainerDecision, { kind: 'hardened' }>;

function unprivileged(container: Container): Container {
  return { ...container, security: { ...container.security, privileged: false } };
}

function imageVolumes({ facts, plan }: Hardened, runtime: RuntimeFacts): readonly ContainerPath[] {
  if (runtime.imageVolumePaths === 'read-only') return [];
  const mounted = new Set(plan.mounts.map(({ path }) => path));
  return facts.volumes.filter((path) => !mounted.has(path));
}

/** Findings that only the mount plan knows of. */
function planFindings({ container, plan }: Hardened): Finding[] {
  const data = plan.mounts.filter((mount) => mount.class === 'Data').map(({ path }) => path);
  const conflicts = plan.notMounted
    .filter(({ reason }) => reason === 'read-only-mount' || reason === 'within-read-only-mount')
    .map(({ path }) => path);
  return [
    ...(data.length > 0
      ? [
          finding(
            container,
            'data-without-volume',
            `${data.join(', ')} holds users' data and is lost with the pod: mount a PersistentVolumeClaim there`,
          ),
        ]
      : []),
    ...(conflicts.length > 0
      ? [
          finding(
            container,
            'read-only-conflict',
            `the image writes to ${conflicts.join(', ')}, which the pod mounts read-only: mount a writable volume there if it fails`,
          ),
        ]
      : []),
  ];
}
