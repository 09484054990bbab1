import type { Catalog } from '../catalog/lookup.ts';
import type { NamespacePolicy } from '../policy/namespace-policy.ts';

/** All that a decision depends on besides the pod: one snapshot, already in memory. */
export type World = {
  readonly catalog: Catalog;
  readonly settings: AdmissionSettings;
};

/** The installation's choices and what is known of its nodes. */
export type AdmissionSettings = {
  /** Whether pods may exempt themselves and name their own paths by annotations. */
  readonly podAnnotations: boolean;
  /** Whether the record `rootlock.dev/hardened` is written: by the webhook, not by the command line. */
  readonly record: boolean;
  readonly runtime: RuntimeFacts;
};

export type RuntimeFacts = {
  /**
   * What the nodes' runtime does with an image's VOLUME paths: containerd mounts a writable copy of the
   * image's content (`copied`), CRI-O makes a directory on the read-only root (`read-only`).
   */
  readonly imageVolumePaths: 'copied' | 'read-only' | 'unknown';
  /** The image that copies content out of image volumes (KEP-4639); absent where the cluster has none of them. */
  readonly seedImage?: string;
  /** Whether `emptyDir.mode` is sent (KEP-5502); older API servers drop it from a webhook's patch. */
  readonly emptyDirMode: boolean;
};

export type AdmissionRequest = {
  /** The pod as it came: parsed JSON, unknown fields included. */
  readonly pod: unknown;
  readonly namespace: string;
  readonly policy: NamespacePolicy;
  /** One sentence for each namespace label that could not be understood. */
  readonly policyProblems: readonly string[];
  /** Milliseconds since the epoch: which profiles have expired. */
  readonly now: number;
};
