/**
 * The words of an image reference (github.com/distribution/reference v0.6.0, regexp.go, which the kubelet
 * uses). No pattern here can backtrack more than once over a character, so each is linear in its text.
 */
const HOST_LABEL = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const REGISTRY = new RegExp(`^(?:${HOST_LABEL}(?:\\.${HOST_LABEL})*|\\[[a-f0-9:]+\\])(?::[0-9]+)?$`, 'i');

const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const REPOSITORY_COMPONENT = new RegExp(`^${COMPONENT}$`);
const REPOSITORY_PATH = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);

const TAG = /^\w[\w.-]{0,127}$/;

/** The algorithms that the kubelet is built with; each has one length (opencontainers/go-digest). */
const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;

/** A DNS name has at most 253 characters (RFC 1035), and a port six with its colon. */
export const MAX_REGISTRY_LENGTH = 259;
export const MAX_PATH_LENGTH = 255;

/**
 * A registry's host with its port. The grammar also takes a first segment that is no host name but could be
 * part of a path (`my_registry.local`): then it is the host all the same.
 */
export function isRegistry(text: string): boolean {
  return text.length <= MAX_REGISTRY_LENGTH && (REGISTRY.test(text) || REPOSITORY_COMPONENT.test(text));
}

/** Whether the first segment of a name is a registry rather than a part of a path on docker.io. */
export function namesRegistry(segment: string): boolean {
  return segment === 'localhost' || /[.:A-Z]/.test(segment);
}

/** What follows the registry: `library/nginx`. */
export function isRepositoryPath(text: string): boolean {
  return text.length <= MAX_PATH_LENGTH && REPOSITORY_PATH.test(text);
}

export function isTag(text: string): boolean {
  return TAG.test(text);
}

export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}
