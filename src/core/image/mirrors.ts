import { isRegistry, isRepositoryPath, namesRegistry } from './grammar.ts';
import { KNOWN_MIRRORS } from './known-mirrors.ts';
import { canonicalName } from './reference.ts';

/** Images below `prefix` are the images below `target`: `mirror.gcr.io` -> `docker.io`. */
export type Mirror = { readonly prefix: string; readonly target: string };

/** The repository that a repository mirrors, or undefined where it mirrors none. */
export type MirrorMap = (repository: string) => string | undefined;

/**
 * The known mirrors and the installation's own, which win where both have a prefix; one that maps a prefix
 * to itself switches a known mirror off. Prefixes end at a `/`, the longest one wins, and what comes out is
 * not mapped again, so mirrors cannot go round in circles.
 */
export function compileMirrors(own: readonly Mirror[]): MirrorMap {
  const targets = new Map([...KNOWN_MIRRORS, ...own].map(({ prefix, target }) => [prefix, target]));
  return (repository) => {
    for (let end = repository.length; end > 0; end = repository.lastIndexOf('/', end - 1)) {
      const target = targets.get(repository.slice(0, end));
      if (target === undefined) continue;
      const mapped = withOfficialImages(target + repository.slice(end));
      return mapped === repository ? undefined : mapped;
    }
    return undefined;
  };
}

export type ParsedMirror =
  | { readonly kind: 'mirror'; readonly mirror: Mirror }
  | { readonly kind: 'malformed'; readonly problem: string };

/** Parses `registry.example.com/hub=docker.io`. */
export function parseMirror(text: string): ParsedMirror {
  const [prefix, target, ...more] = text.split('=');
  if (prefix === undefined || target === undefined || more.length > 0) {
    return malformed(text, 'write PREFIX=TARGET, such as registry.example.com/hub=docker.io');
  }
  for (const side of [prefix, target]) {
    const problem = sideProblem(side);
    if (problem !== undefined) return malformed(text, problem);
  }
  return { kind: 'mirror', mirror: { prefix: canonicalPrefix(prefix), target: canonicalPrefix(target) } };
}

function malformed(text: string, problem: string): ParsedMirror {
  return { kind: 'malformed', problem: `${JSON.stringify(text)} is not a mirror: ${problem}` };
}

function sideProblem(side: string): string | undefined {
  const { host, path } = splitHost(side);
  if (side.includes('://')) return `leave out the scheme of ${side}`;
  if (!namesRegistry(host) || !isRegistry(host)) {
    return `"${side}" has to start with a registry's host name, such as docker.io or localhost:5000`;
  }
  if (path !== undefined && !isRepositoryPath(path)) {
    return `"${side}" has to name a registry and, after it, whole parts of a repository, without a '/' at its end`;
  }
  return undefined;
}

function canonicalPrefix(side: string): string {
  const { host, path } = splitHost(side);
  const { registry } = canonicalName(host, '');
  return path === undefined ? registry : `${registry}/${path}`;
}

function splitHost(side: string): { readonly host: string; readonly path: string | undefined } {
  const slash = side.indexOf('/');
  if (slash < 0) return { host: side, path: undefined };
  return { host: side.slice(0, slash), path: side.slice(slash + 1) };
}

/** `docker.io/nginx` is `docker.io/library/nginx`. */
function withOfficialImages(repository: string): string {
  const { host, path } = splitHost(repository);
  if (path === undefined) return repository;
  const name = canonicalName(host, path);
  return `${name.registry}/${name.path}`;
}
