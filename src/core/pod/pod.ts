import type { ContainerPath } from '../container-path.ts';
import type { Json, JsonObject } from '../json.ts';

/** The few facts that decisions are made from. Reading never changes the JSON that it reads. */
export type Pod = {
  /** metadata.name, else metadata.generateName, else ''. */
  readonly name: string;
  readonly os: 'linux' | 'windows';
  /** A mirror of a static pod: the kubelet runs what is on its disk, whatever the API says. */
  readonly mirror: boolean;
  /** It is not started again for ever, or at all: a Job's pod, a step of a build. What it does is done once. */
  readonly runsToEnd: boolean;
  readonly hostPID: boolean;
  readonly shareProcessNamespace: boolean;
  readonly annotations: JsonObject;
  /** The three lists as one, in the order: initContainers, containers, ephemeralContainers. */
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
  /** The JSON itself, for the patch. */
  readonly json: JsonObject;
};

export type ContainerList = 'initContainers' | 'containers' | 'ephemeralContainers';

export type Container = {
  readonly list: ContainerList;
  readonly index: number;
  readonly name: string;
  readonly image: string;
  /** An init container with restartPolicy Always (KEP-753). */
  readonly sidecar: boolean;
  /** command[0] where it is an absolute path. */
  readonly executable: ContainerPath | undefined;
  readonly workingDir: ContainerPath | undefined;
  readonly mounts: readonly Mount[];
  /** Every volume that a mount or device names, whether or not the pod has it. */
  readonly mountedVolumes: readonly string[];
  /** Whether a mount propagates to the host, which the API allows to privileged containers only. */
  readonly bidirectional: boolean;
  readonly envNames: readonly string[];
  readonly security: ContainerSecurity;
  readonly json: JsonObject;
};

/** A volumeMount or a volumeDevice. */
export type Mount = {
  readonly path: ContainerPath;
  readonly volume: string;
  /** The mount says so, or the volume is of a kind that is always read-only (configMap, secret, image, …). */
  readonly readOnly: boolean;
  readonly device: boolean;
};

export type ContainerSecurity = {
  readonly readOnlyRootFilesystem: boolean | undefined;
  readonly privileged: boolean;
  readonly allowPrivilegeEscalation: boolean | undefined;
  /** Without the CAP_ prefix, upper case. */
  readonly addedCapabilities: readonly string[];
  readonly procMount: string | undefined;
};

export type Volume = {
  readonly name: string;
  /** The key of its source: `emptyDir`, `hostPath`, `configMap`, … */
  readonly kind: string;
  readonly source: Json | undefined;
};
