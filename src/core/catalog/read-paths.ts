import { type ContainerPath, realPath } from '../container-path.ts';
import type { Json } from '../json.ts';
import type { FieldReader } from './field-reader.ts';
import { checkMountPath, type checkPath } from './path-rules.ts';
import type { ProfilePath, StatedFacts } from './profile.ts';
import { LIMITS } from './profile-messages.ts';

/**
 * Reads `spec.paths`. Two spellings of one directory are one path, but where the image has no links at
 * /var/run and /var/lock.
 */
export function readPaths(reader: FieldReader, value: unknown, facts: StatedFacts): readonly ProfilePath[] {
  const seen = new Set<ContainerPath>();
  return reader.list(value, 'spec.paths', LIMITS.paths).flatMap((json, index) => {
    const field = `spec.paths[${index}]`;
    const entry = readPathEntry(reader, json, field);
    if (entry === undefined) return [];
    const mount = facts.separateVarRun ? entry.path : realPath(entry.path);
    if (seen.has(mount)) reader.note(`${field}.path`, 'path-twice');
    seen.add(mount);
    return entry;
  });
}

function readPathEntry(reader: FieldReader, json: Json, field: string): ProfilePath | undefined {
  const entry = reader.object(json, field, [
    'path',
    'medium',
    'sizeLimit',
    'content',
    'class',
    'description',
  ]);
  const path = readPath({ reader, json: entry.path, field: `${field}.path`, check: checkMountPath });
  const medium = reader.choice({
    value: entry.medium,
    field: `${field}.medium`,
    choices: ['', 'Memory'],
    message: 'medium',
  });
  const sizeLimit = readSizeLimit(reader, entry.sizeLimit, `${field}.sizeLimit`);
  const content = reader.choice({
    value: entry.content,
    field: `${field}.content`,
    choices: ['Empty', 'Copy'],
    message: 'content',
  });
  const dataClass = reader.choice({
    value: entry.class,
    field: `${field}.class`,
    choices: ['Scratch', 'Data'],
    message: 'class',
  });
  const description = reader.text(entry.description, `${field}.description`) ?? '';
  if (path === undefined) return undefined;
  return {
    path,
    medium,
    ...(sizeLimit !== undefined && { sizeLimit }),
    content,
    class: dataClass,
    description,
  };
}

/** Reads one required path with one of the two checks. */
export function readPath(input: {
  readonly reader: FieldReader;
  readonly json: unknown;
  readonly field: string;
  readonly check: typeof checkPath;
}): ContainerPath | undefined {
  const text = input.reader.requiredText(input.json, input.field);
  if (text === undefined) return undefined;
  const checked = input.check(text);
  if (checked.kind === 'path') return checked.path;
  input.reader.noteText(input.field, checked.message);
  return undefined;
}

/** Above zero: a limit of zero would evict the pod at its first byte. */
const QUANTITY =
  /^(?=[\d.]*[1-9])(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d{1,3})?$/;

function readSizeLimit(reader: FieldReader, value: unknown, field: string): string | undefined {
  const quantity = reader.text(value, field);
  if (quantity !== undefined && !QUANTITY.test(quantity)) reader.note(field, 'size-limit');
  return quantity;
}
