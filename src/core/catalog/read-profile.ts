import { isDigest } from '../image/grammar.ts';
import { isObject, type JsonObject } from '../json.ts';
import { createFieldReader, type FieldReader } from './field-reader.ts';
import { checkPath } from './path-rules.ts';
import type {
  ImageSelector,
  Profile,
  ProfileEnv,
  ProfileSource,
  ReadProfile,
  StatedFacts,
} from './profile.ts';
import { LIMITS, PROFILE_MESSAGES } from './profile-messages.ts';
import { readPath, readPaths } from './read-paths.ts';
import { parseRepositoryPattern } from './repository-pattern.ts';
import { parseTagSelector } from './tags.ts';
import { parseTimestamp } from './timestamp.ts';

export const API_VERSION = 'rootlock.dev/v1alpha1';
export const SOURCE_LABEL = 'rootlock.dev/source';

/**
 * Reads one `ClusterWritablePathProfile` or `WritablePathProfile`, applying the API's defaults. Strict: what
 * the API would refuse or drop is a problem here as well, all of them at once, since files for the command
 * line have not been through the API server.
 */
export function readProfile(resource: unknown): ReadProfile {
  if (!isObject(resource)) {
    return { kind: 'malformed', name: '', problems: [{ field: '', message: PROFILE_MESSAGES.object }] };
  }
  const reader = createFieldReader();
  const top = reader.object(resource, '', ['apiVersion', 'kind', 'metadata', 'spec', 'status']);
  if (top.apiVersion !== API_VERSION) reader.note('apiVersion', 'api-version');
  const metadata = reader.object(top.metadata, 'metadata');
  const name = reader.requiredText(metadata.name, 'metadata.name') ?? '';
  const namespace = readNamespace(reader, top.kind, metadata.namespace);
  const spec = readSpec(reader, top.spec);
  if (reader.problems.length > 0) return { kind: 'malformed', name, problems: reader.problems };
  return {
    kind: 'profile',
    profile: {
      name,
      ...(namespace !== undefined && { namespace }),
      generation: typeof metadata.generation === 'number' ? metadata.generation : 0,
      source: readSource(metadata.labels),
      ...spec,
    },
  };
}

function readNamespace(reader: FieldReader, kind: unknown, value: unknown): string | undefined {
  const namespace = reader.text(value, 'metadata.namespace');
  if (kind === 'WritablePathProfile') {
    if (!namespace) reader.note('metadata.namespace', 'namespace-required');
    return namespace;
  }
  if (kind !== 'ClusterWritablePathProfile') reader.note('kind', 'kind');
  else if (namespace) reader.note('metadata.namespace', 'namespace-not-allowed');
  return undefined;
}

/** Reads `metadata.labels` of a profile. */
export function readSource(labels: unknown): ProfileSource {
  const source = isObject(labels) ? labels[SOURCE_LABEL] : undefined;
  return source === 'builtin' || source === 'learned' ? source : 'person';
}

type Spec = Omit<Profile, 'name' | 'namespace' | 'generation' | 'source'>;

function readSpec(reader: FieldReader, value: unknown): Spec {
  if (value === undefined || value === null) reader.note('spec', 'required');
  const spec = reader.object(value, 'spec', [
    'image',
    'action',
    'reason',
    'expires',
    'strategy',
    'paths',
    'env',
    'facts',
  ]);
  const action = reader.choice({
    value: spec.action,
    field: 'spec.action',
    choices: ['Harden', 'Exempt'],
    message: 'action',
  });
  const reason = reader.text(spec.reason, 'spec.reason') ?? '';
  const strategy = reader.choice({
    value: spec.strategy,
    field: 'spec.strategy',
    choices: ['Merge', 'Replace'],
    message: 'strategy',
  });
  const expires = readExpires(reader, spec.expires);
  const facts = readFacts(reader, spec.facts);
  const paths = readPaths(reader, spec.paths, facts);
  if (action === 'Exempt' && reason.trim() === '') reader.note('spec.reason', 'reason-required');
  if (action === 'Exempt' && paths.length > 0) reader.note('spec.paths', 'paths-of-exempt');
  return {
    image: readSelector(reader, spec),
    action,
    reason,
    ...(expires !== undefined && { expires }),
    strategy,
    paths,
    env: readEnv(reader, spec.env),
    facts,
  };
}

function readSelector(reader: FieldReader, spec: JsonObject): ImageSelector {
  const image = reader.object(spec.image, 'spec.image', ['repository', 'tags', 'digests']);
  const repository = reader.requiredText(image.repository, 'spec.image.repository') ?? '';
  const parsed = parseRepositoryPattern(repository);
  if (repository !== '' && parsed.kind === 'malformed') reader.note('spec.image.repository', parsed.problem);
  const tags = reader.text(image.tags, 'spec.image.tags');
  if (tags !== undefined && parseTagSelector(tags).kind === 'malformed')
    reader.note('spec.image.tags', 'tags');
  const digests = readDigests(reader, image.digests);
  return { repository, ...(tags !== undefined && { tags }), digests };
}

function readDigests(reader: FieldReader, value: unknown): readonly string[] {
  const digests = new Set<string>();
  for (const [index, json] of reader.list(value, 'spec.image.digests', LIMITS.digests).entries()) {
    const field = `spec.image.digests[${index}]`;
    const digest = reader.requiredText(json, field);
    if (digest === undefined) continue;
    if (!digest.startsWith('sha256:') || !isDigest(digest)) reader.note(field, 'digest');
    else if (digests.has(digest)) reader.note(field, 'digest-twice');
    digests.add(digest);
  }
  return [...digests];
}

function readExpires(reader: FieldReader, value: unknown): number | undefined {
  const text = reader.text(value, 'spec.expires');
  if (text === undefined) return undefined;
  const expires = parseTimestamp(text);
  if (expires === undefined) reader.note('spec.expires', 'expires');
  return expires;
}

function readFacts(reader: FieldReader, value: unknown): StatedFacts {
  const facts = reader.object(value, 'spec.facts', ['volumes', 'shell', 'separateVarRun']);
  const volumes = reader.list(facts.volumes, 'spec.facts.volumes', LIMITS.volumes).flatMap((json, index) => {
    const path = readPath({ reader, json, field: `spec.facts.volumes[${index}]`, check: checkPath });
    return path ?? [];
  });
  const shell = reader.flag(facts.shell, 'spec.facts.shell');
  const separateVarRun = reader.flag(facts.separateVarRun, 'spec.facts.separateVarRun');
  return {
    ...(volumes.length > 0 && { volumes }),
    ...(shell !== undefined && { shell }),
    ...(separateVarRun !== undefined && { separateVarRun }),
  };
}

function readEnv(reader: FieldReader, value: unknown): readonly ProfileEnv[] {
  const seen = new Set<string>();
  return reader.list(value, 'spec.env', LIMITS.env).flatMap((json, index) => {
    const field = `spec.env[${index}]`;
    const variable = reader.object(json, field, ['name', 'value']);
    const name = reader.requiredText(variable.name, `${field}.name`);
    const text = reader.text(variable.value, `${field}.value`) ?? '';
    if (name === undefined) return [];
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) reader.note(`${field}.name`, 'env-name');
    if (seen.has(name)) reader.note(`${field}.name`, 'env-twice');
    seen.add(name);
    return { name, value: text };
  });
}
