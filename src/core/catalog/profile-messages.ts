/** The limits of a profile's lists and texts; the CRD has the same. */
export const LIMITS = {
  /** The learner stops at 32; people may list more. */
  paths: 64,
  env: 64,
  digests: 64,
  volumes: 64,
  /**
   * Characters of a path. Linux allows 4096 bytes (PATH_MAX), but for the whole path on the node, the runtime's
   * part included; and the API server's budget for CEL rules grows with it.
   */
  path: 1024,
  /** Bytes in Linux (NAME_MAX), counted here in characters. */
  segment: 255,
  /** Characters of a reason, a description, a variable's value. */
  text: 1024,
  repository: 512,
} as const;

/**
 * What can be wrong with a profile, and what to do about it: one sentence a rule, the same here as in the CRD.
 * The field is told beside it.
 */
export const PROFILE_MESSAGES = {
  object: 'must be an object with named fields',
  list: 'must be a list',
  text: 'must be text; put a number or a version in quotes',
  flag: 'must be true or false',
  required: 'is required',
  'unknown-field': 'is not a field of a profile; check its spelling and its place',
  'too-many': 'has more than 64 entries; list a parent directory, or split the profile in two',
  'too-long': 'is too long (more than 1024 characters)',

  'api-version': 'must be rootlock.dev/v1alpha1',
  kind: 'must be ClusterWritablePathProfile or WritablePathProfile',
  'namespace-required':
    'is required for a WritablePathProfile; for all namespaces make it a ClusterWritablePathProfile',
  'namespace-not-allowed':
    'is not allowed for a ClusterWritablePathProfile; for one namespace make it a WritablePathProfile',

  repository:
    "must be an image repository such as nginx, ghcr.io/owner/name or quay.io/**, where '*' stands for characters within one part and '**' for whole parts",
  'repository-tag': 'must not have a tag or a digest; write them in spec.image.tags or spec.image.digests',
  tags: 'must be a semver range such as ">=1.19 <2" or a glob such as "*-alpine"; leave it out for all tags',
  digest: 'must be sha256: and 64 lower-case hexadecimal digits',
  'digest-twice': 'is listed twice; remove one',
  action: 'must be Harden or Exempt',
  'reason-required': 'is required when action is Exempt; say why the image cannot run with a read-only root',
  'paths-of-exempt': 'must be empty when action is Exempt; an exempt image is not given any volumes',
  expires: 'must be a time such as 2027-01-31T12:00:00Z (RFC 3339)',
  strategy: 'must be Merge or Replace',

  'path-relative': 'must be absolute; start it with /',
  'path-characters': "must not hold ':' or control characters; Kubernetes cannot mount such a path",
  'path-too-long': 'is too long (more than 1024 characters, or 255 between two slashes)',
  'path-unclean': "must be clean; remove '.', '..', doubled slashes and the slash at the end",
  'path-twice':
    'is listed twice; remove one (/var/run is /run and /var/lock is /run/lock, unless spec.facts.separateVarRun is true)',
  medium: 'must be "" (disk) or Memory',
  'size-limit': 'must be a Kubernetes quantity above zero, such as 256Mi',
  content: 'must be Empty or Copy',
  class: 'must be Scratch or Data',

  'env-name': 'must be a variable name: letters, digits and _, not starting with a digit',
  'env-twice': 'is listed twice; remove one',

  'blocked-root': 'would hide the whole image; list the directories below it that the image writes to',
  'blocked-programs':
    "would hide the image's programs and libraries; list the directory below it, move the write with a variable (HOME, TMPDIR), or exempt the image",
  'blocked-etc':
    'would hide accounts, certificates and all other configuration; list the directory below /etc, move the write with a variable, or exempt the image',
  'blocked-file':
    'is a file, and a volume is a directory; use hostAliases, hostname or dnsConfig in the pod, runAsUser, or a subPath mount of a file',
  'blocked-kernel':
    'belongs to the kernel and the container runtime; nothing may be mounted there, so exempt the image if it must write to it',
  'blocked-shared-memory':
    'is provided by the container runtime, writable; leave it out, or mount an emptyDir with medium Memory there in the pod to change its size',
  'blocked-service-account':
    'belongs to the kubelet, which mounts the service-account token there; leave it out',
} as const satisfies Record<string, string>;

export type ProfileMessage = keyof typeof PROFILE_MESSAGES;
