import type { Container, Pod } from '../pod/pod.ts';
import type { Finding } from '../policy/rule.ts';
import type { Hardening } from './hardening.ts';
import type { Operation } from './operation.ts';

/** What becomes of a pod, and why. */
export type Decision =
  /** Not looked at any further. `because` is the detail behind the reason, or empty. */
  | { readonly kind: 'left-alone'; readonly reason: SkipReason; readonly because: string }
  /** Refused, as a label of the namespace asks. */
  | ({ readonly kind: 'denied'; readonly findings: readonly Finding[] } & Denial)
  /** Looked at container by container. */
  | {
      readonly kind: 'judged';
      /** `audit`: the operations are what enforce would do. */
      readonly mode: 'audit' | 'enforce';
      readonly pod: Pod;
      readonly containers: readonly ContainerDecision[];
      /** RFC 6902 operations on the pod; empty where nothing is missing. */
      readonly operations: readonly Operation[];
      readonly findings: readonly Finding[];
      /** What a person should read besides: unknown label values, annotations that name no container. */
      readonly notes: readonly string[];
    };

export type Denial = { readonly reason: DenyReason; readonly message: string };

export type ContainerDecision =
  | ({ readonly kind: 'hardened'; readonly container: Container } & Hardening)
  | {
      readonly kind: 'left-alone';
      readonly container: Container;
      readonly reason: SkipReason;
      readonly because: string;
    };

/** Why a pod or a container is left as it came; the keys are metric labels and never change their meaning. */
export const SKIP_REASONS = {
  'not-opted-in': 'the namespace has no rootlock.dev/mode label',
  'namespace-unknown': 'the namespace is not known yet',
  'not-a-pod': 'only pods are hardened',
  'not-create': 'a pod can only be hardened while it is being created',
  'malformed-pod': 'the pod cannot be understood, which the API server will say',
  'mirror-pod': 'a mirror of a static pod: the kubelet runs what is on its disk',
  windows: 'Windows containers have no read-only root',
  'exempt-pod': 'the pod is exempt by its annotation rootlock.dev/exempt',
  'exempt-container': 'the container is exempt by the pod annotation rootlock.dev/exempt-containers',
  'exempt-profile': 'the catalog says that the image cannot run with a read-only root',
  'unknown-image': 'no profile matches the image',
  'untried-image': 'no profile matches the image, and a pod that runs to its end is not hardened on a guess',
  'malformed-image': 'the image reference cannot be understood',
  'explicit-false': 'the pod says readOnlyRootFilesystem: false, which the namespace respects',
  'ephemeral-container': 'an ephemeral container cannot be given volumes',
  'path-blocked': 'a path that the image has to write cannot be mounted over',
  'no-way-to-copy': "the image's files at a path could not be copied into a volume",
  'needs-approval': "a path holds users' data and waits for a person's approval",
  'internal-error': 'Rootlock failed on this pod, and admitted it unchanged',
} as const satisfies Record<string, string>;

export type SkipReason = keyof typeof SKIP_REASONS;

export const DENY_REASONS = {
  'unknown-image': 'no profile matches the image and the namespace denies unknown images',
  privileged: 'a container is privileged and the namespace denies that',
  'explicit-false': 'a container asks for a writable root and the namespace denies that',
  'internal-error': 'Rootlock failed on this pod, and the installation says to deny then',
} as const satisfies Record<string, string>;

export type DenyReason = keyof typeof DENY_REASONS;
