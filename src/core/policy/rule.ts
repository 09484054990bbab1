import type { Container, Pod } from '../pod/pod.ts';

/** Why a container is not as immutable as its flag says: a key for machines, a sentence that tells a person what to do. */
export type Finding = {
  readonly key: FindingKey;
  readonly container: string;
  readonly message: string;
};

export const FINDINGS = {
  privileged: 'a privileged container can remount its root writable and change the host',
  capability: 'a capability lets the container remount file systems or reach the host',
  'host-path': 'a writable hostPath volume lets the container change the node',
  'proc-mount': 'procMount Unmasked exposes writable parts of /proc',
  'host-pid': "with the host's process ids and ptrace a container can change other processes",
  'privilege-escalation': 'allowPrivilegeEscalation is not false',
  'explicit-false': 'the pod asks for a writable root',
  'writable-root': 'the root file system is writable',
  'image-volume': "the image's VOLUME paths stay writable",
  'data-without-volume': "users' data is kept in a volume that is lost with the pod",
  'ephemeral-container': 'an ephemeral container cannot be given volumes',
  'read-only-conflict': 'the image writes to a path that the pod mounts read-only',
} as const satisfies Record<string, string>;

export type FindingKey = keyof typeof FINDINGS;

/** One thing to look for in one container. */
export type Rule = (container: Container, pod: Pod) => Finding | undefined;
