import type { ContainerPath } from '../container-path.ts';
import type { Container, Pod } from '../pod/pod.ts';

/** What can be found against a container: a key for machines, and what it means in a line. */
export const FINDINGS = {
  privileged: 'a privileged container can remount its root writable and change the host',
  capability: 'a capability lets the container remount file systems or reach the host',
  'host-path': 'a writable hostPath volume lets the container change the node',
  'host-path-submounts': 'a read-only hostPath volume leaves the mounts below it writable',
  'runtime-socket': "the socket of the node's container runtime lets the container start others",
  'proc-mount': 'procMount Unmasked exposes writable parts of /proc',
  'host-pid': "with the host's process ids and ptrace a container can change the node's processes",
  'shared-processes': "with shared process ids and ptrace a container can change the pod's other containers",
  'privilege-escalation': 'allowPrivilegeEscalation is not false',
  'explicit-false': 'the pod asks for a writable root',
  'writable-root': 'the root file system is writable',
  'image-volume': "the image's VOLUME paths stay writable",
  'data-without-volume': "users' data is kept in a volume that is lost with the pod",
  'ephemeral-container': 'an ephemeral container cannot be given volumes',
  'read-only-conflict': 'the image writes to a path that the pod mounts read-only',
} as const satisfies Record<string, string>;

export type FindingKey = keyof typeof FINDINGS;

/**
 * `high`: the container can change its own image files or the node. `medium`: something lasts, or is lost, that a
 * reader of "immutable" would not expect. `low`: hardening that is missing, and harms nothing by itself.
 */
export type Severity = 'high' | 'medium' | 'low';

/** The severity of a finding whose rule knows no better. */
export const SEVERITIES = {
  privileged: 'high',
  capability: 'high',
  'host-path': 'medium',
  'host-path-submounts': 'medium',
  'runtime-socket': 'high',
  'proc-mount': 'high',
  'host-pid': 'high',
  'shared-processes': 'medium',
  'privilege-escalation': 'low',
  'explicit-false': 'medium',
  'writable-root': 'high',
  'image-volume': 'low',
  'data-without-volume': 'medium',
  'ephemeral-container': 'medium',
  'read-only-conflict': 'medium',
} as const satisfies Record<FindingKey, Severity>;

/** One thing found against one container. */
export type Finding = {
  readonly key: FindingKey;
  readonly severity: Severity;
  readonly container: string;
  /** A sentence that tells a person what to do. It does not name the container, and keeps below 230 characters where names are short. */
  readonly message: string;
};

/** Makes a finding, with its usual severity unless told another. */
export function finding(
  container: Container,
  key: FindingKey,
  message: string,
  severity: Severity = SEVERITIES[key],
): Finding {
  return { key, severity, container: container.name, message };
}

/** What a rule may look at: the pod as it came, and what is known of the container besides. */
export type Judged = {
  readonly container: Container;
  readonly pod: Pod;
  /** Whether its root is read-only in the end: as the pod says, or because it is being hardened. */
  readonly rootReadOnly: boolean;
  /**
   * The image's VOLUME paths for which the nodes' runtime makes writable copies: from the profile's facts; none
   * where the runtime leaves them read-only (RuntimeFacts.imageVolumePaths).
   */
  readonly imageVolumes: readonly ContainerPath[];
};

/** One thing to look for in one container. */
export type Rule = (judged: Judged) => readonly Finding[];
