import { isRegistry, isRepositoryPath, namesRegistry } from '../image/grammar.ts';
import { canonicalName } from '../image/reference.ts';
import { LIMITS, type ProfileMessage } from './profile-messages.ts';

/** Which repositories a profile is for, normalised as image references are. */
export type RepositoryPattern = {
  /** `docker.io/library/nginx`, `quay.io/**`. */
  readonly pattern: string;
  /** Without a wildcard: it is one repository. */
  readonly exact: boolean;
};

export type ParsedRepositoryPattern =
  | { readonly kind: 'pattern'; readonly pattern: RepositoryPattern }
  | { readonly kind: 'malformed'; readonly problem: ProfileMessage };

/**
 * Parses `spec.image.repository`. It is completed as an image reference is: `nginx*` is
 * docker.io/library/nginx*, `bitnami/*` is docker.io/bitnami/*. A first part that is `*` or `**` stands for
 * any registry, and is kept as written.
 */
export function parseRepositoryPattern(text: string): ParsedRepositoryPattern {
  if (text.length > LIMITS.repository) return malformed('repository');
  if (text.includes('@') || text.lastIndexOf(':') > text.lastIndexOf('/')) return malformed('repository-tag');
  const [first = '', ...rest] = text.split('/');
  if (rest.length === 0 && first === '*') return malformed('repository');
  const name = completed(first, rest);
  if (!isPattern(name)) return malformed('repository');
  const pattern = [name.registry, ...name.parts].join('/');
  return { kind: 'pattern', pattern: { pattern, exact: !pattern.includes('*') } };
}

function malformed(problem: ProfileMessage): ParsedRepositoryPattern {
  return { kind: 'malformed', problem };
}

type Name = { readonly registry: string; readonly parts: readonly string[] };

function completed(first: string, rest: readonly string[]): Name {
  if (first === '*' || first === '**') return { registry: first, parts: rest };
  const named = rest.length > 0 && namesRegistry(first);
  const parts = named ? rest : [first, ...rest];
  const registry = named ? first : 'docker.io';
  if (parts.length === 1 && parts[0] === '**')
    return { registry: canonicalName(registry, '').registry, parts };
  const { registry: host, path } = canonicalName(registry, parts.join('/'));
  return { registry: host, parts: path.split('/') };
}

/** Whether it is a repository once each wildcard is replaced by something that it stands for. */
function isPattern({ registry, parts }: Name): boolean {
  const filled = parts.filter((part) => part !== '**').map(fill);
  if (parts.some((part) => part !== '**' && part.includes('**'))) return false;
  if (registry !== '**' && (registry.includes('**') || !isRegistry(fill(registry)))) return false;
  return filled.length === 0 || isRepositoryPath(filled.join('/'));
}

function fill(part: string): string {
  return part.replaceAll('*', 'x');
}
