import {
  isDigest,
  isRegistry,
  isRepositoryPath,
  isTag,
  MAX_PATH_LENGTH,
  MAX_REGISTRY_LENGTH,
  namesRegistry,
} from './grammar.ts';

/**
 * An image reference, normalised as the kubelet does (distribution/reference): `nginx` names
 * docker.io/library/nginx, and a reference without a registry belongs to docker.io.
 */
export type ImageReference = {
  /** `docker.io`, `registry.example.com:5000`: lower case, with its port. */
  readonly registry: string;
  /** With the registry: `docker.io/library/nginx`. */
  readonly repository: string;
  /** Absent where the reference has none; never filled in with `latest`. */
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
};

export type ParsedImage =
  | { readonly kind: 'image'; readonly image: ImageReference }
  | { readonly kind: 'malformed'; readonly problem: string };

/**
 * Parses what a pod's `image` says. Accepts what the kubelet accepts (ParseNormalizedNamed), but for
 * registries longer than a DNS name can be; hosts are lower-cased, so that they can be compared.
 */
export function parseImage(text: string): ParsedImage {
  const parts = split(text);
  const check = CHECKS.find(({ wrong }) => wrong(parts, text));
  if (check !== undefined) {
    return { kind: 'malformed', problem: `${quoted(text)} is not an image reference: ${check.problem}` };
  }
  const { registry, path } = canonicalName(parts.registry, parts.path);
  return {
    kind: 'image',
    image: {
      registry,
      repository: `${registry}/${path}`,
      ...(parts.tag !== undefined && { tag: parts.tag }),
      ...(parts.digest !== undefined && { digest: parts.digest }),
    },
  };
}

/** Docker Hub has two names, and keeps its official images below `library`. */
export function canonicalName(registry: string, path: string): { registry: string; path: string } {
  const host = registry.toLowerCase();
  if (host !== 'docker.io' && host !== 'index.docker.io') return { registry: host, path };
  return { registry: 'docker.io', path: path.includes('/') ? path : `library/${path}` };
}

type Parts = {
  readonly registry: string;
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
};

/** Cuts a text where a reference would have its parts; whether they are right is looked at afterwards. */
function split(text: string): Parts {
  const [named, digest] = cut(text, text.indexOf('@'));
  const [name, tag] = cut(named, named.indexOf(':', named.lastIndexOf('/') + 1));
  const [first, rest] = cut(name, name.indexOf('/'));
  if (rest !== undefined && namesRegistry(first)) return { registry: first, path: rest, tag, digest };
  return { registry: 'docker.io', path: name, tag, digest };
}

function cut(text: string, at: number): readonly [before: string, after: string | undefined] {
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

type Check = { readonly wrong: (parts: Parts, text: string) => boolean; readonly problem: string };

/** What can be wrong, the mistakes that explain others first. */
const CHECKS: readonly Check[] = [
  {
    wrong: (_, text) => text === '',
    problem: 'it is empty; name an image, such as nginx:1.27',
  },
  {
    wrong: (_, text) => /\s/.test(text),
    problem: 'it holds white space; remove it',
  },
  {
    wrong: (_, text) => /[<>{}$%()]/.test(text),
    problem: 'it looks like a template that was not filled in; put the real value in its place',
  },
  {
    wrong: (_, text) => text.includes('://'),
    problem: 'it starts with a scheme; leave out all that comes before the registry',
  },
  {
    wrong: (_, text) => /^[a-f0-9]{64}$/.test(text),
    problem: 'it is only the ID of an image; write REPOSITORY@sha256:ID',
  },
  {
    wrong: ({ digest }) => digest !== undefined && !isDigest(digest),
    problem: "after '@' it needs a digest: sha256: and 64 lower-case hexadecimal digits",
  },
  {
    wrong: ({ tag }) => tag === '',
    problem: "the tag after ':' is missing; add it, or remove the colon",
  },
  {
    wrong: ({ tag }) => tag !== undefined && !isTag(tag),
    problem:
      "the tag after ':' may only hold letters, digits, '_', '.' and '-', at most 128, and not start with '.' or '-'",
  },
  {
    wrong: ({ registry }) => registry.length > MAX_REGISTRY_LENGTH,
    problem: `the registry is longer than a host name can be (${MAX_REGISTRY_LENGTH} characters with its port)`,
  },
  {
    wrong: ({ registry }) => !isRegistry(registry),
    problem: "the part before the first '/' is neither a registry (host or host:port) nor in lower case",
  },
  {
    wrong: ({ registry, path }) => canonicalName(registry, path).path.length > MAX_PATH_LENGTH,
    problem: `the repository is longer than ${MAX_PATH_LENGTH} characters`,
  },
  {
    wrong: ({ path }) => /[A-Z]/.test(path),
    problem: 'the repository must be in lower case',
  },
  {
    wrong: ({ path }) => path === '' || path.startsWith('/') || path.endsWith('/') || path.includes('//'),
    problem: "a part between two '/' is missing",
  },
  {
    wrong: ({ path }) => !isRepositoryPath(path),
    problem:
      "the repository may only hold lower-case letters and digits, with single '.', '_', '__' or dashes between them",
  },
];

const QUOTED_LENGTH = 80;

function quoted(text: string): string {
  return JSON.stringify(text.length <= QUOTED_LENGTH ? text : `${text.slice(0, QUOTED_LENGTH)}…`);
}
