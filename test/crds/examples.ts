import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { isArray, isObject, type Json, type JsonObject } from '../../src/core/json.ts';

/** A spec that a rule refuses, and where. */
export type Rejected = {
  readonly rule: string;
  readonly spec: Json | undefined;
  /** The field that the reader of profiles names. */
  readonly field: string;
  /** What the API server says, where it is not the rule's own sentence but that of a keyword of the schema. */
  readonly api?: string;
  /** The field that the API server names, where it names another. */
  readonly apiField?: string;
};

export type Accepted = { readonly rule: string; readonly spec: Json | undefined };

const FOLDER = new URL('examples/', import.meta.url);

const files = readdirSync(FOLDER)
  .toSorted()
  .map((file) => {
    const content: unknown = parse(readFileSync(new URL(file, FOLDER), 'utf8'));
    if (!isObject(content)) throw new Error(`${file} holds no examples`);
    return { rule: file.replace(/\.yaml$/, ''), ...content };
  });

/** Each file is named for one message of the reader of profiles (profile-messages.ts). */
export const rejected: readonly Rejected[] = files.flatMap((file) =>
  entries(file, 'rejected').map(({ spec, field, api, apiField }) => ({
    rule: file.rule,
    spec: filled(spec),
    field: String(field),
    ...(typeof api === 'string' && { api }),
    ...(typeof apiField === 'string' && { apiField }),
  })),
);

export const accepted: readonly Accepted[] = files.flatMap((file) =>
  entries(file, 'accepted').map(({ spec }) => ({ rule: file.rule, spec: filled(spec) })),
);

/** The two kinds, with what tells them apart. */
export const kinds = [
  { kind: 'ClusterWritablePathProfile', metadata: { name: 'example' } },
  { kind: 'WritablePathProfile', metadata: { name: 'example', namespace: 'default' } },
] as const;

export type Kind = (typeof kinds)[number];

export function resource({ kind, metadata }: Kind, spec: Json | undefined): JsonObject {
  return { apiVersion: 'rootlock.dev/v1alpha1', kind, metadata, spec };
}

function entries(file: JsonObject, list: 'rejected' | 'accepted'): readonly JsonObject[] {
  const found = file[list];
  if (!isArray(found) || found.length === 0) throw new Error(`${file.rule}.yaml has no list "${list}"`);
  return found.filter(isObject);
}

/** LONG255 in a text stands for 255 letters, COUNT65 for a list of 65 paths: nobody would read them in full. */
function filled(value: Json | undefined): Json | undefined {
  const count = typeof value === 'string' ? /^COUNT(\d+)$/.exec(value)?.[1] : undefined;
  if (count !== undefined) return Array.from({ length: Number(count) }, (_, at) => ({ path: `/data/${at}` }));
  if (typeof value === 'string')
    return value.replace(/LONG(\d+)/g, (_, length) => 'x'.repeat(Number(length)));
  if (isArray(value)) return value.map((each) => filled(each) ?? null);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each)]));
}
