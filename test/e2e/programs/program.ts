import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isArray, isObject, type JsonObject, textOf } from '../../../src/core/json.ts';
import type { ImageConfig } from '../../support/node/image.ts';

/** A server program as its file describes it: how its image is made, and how to see that it does its work. */
export type Program = {
  readonly name: string;
  /** Debian packages. */
  readonly install: readonly string[];
  /** Shell lines before the packages are installed: what these ask. */
  readonly preinstall: readonly string[];
  /** Shell lines that finish the image. */
  readonly setup: readonly string[];
  readonly config: ImageConfig;
  /** Fields of the container besides. */
  readonly podExtras: JsonObject;
  /** Fields of the pod's spec besides: init containers, other containers; the image `$IMAGE` is the program's own. */
  readonly podSpec: JsonObject;
  /** What makes its pod. */
  readonly kind: 'Deployment' | 'StatefulSet';
  /** Shell lines that all exit 0: `$IP` is the pod's address, `kexec` runs a command in it. */
  readonly smoke: readonly string[];
  /** What was seen of it with the flag alone. */
  readonly flagOnly: string;
  /** Changes with all that its image is made of. */
  readonly digest: string;
};

/** Reads `programs.jsonl` of a folder: one program a line. */
export function readPrograms(folder: string): readonly Program[] {
  const file = join(folder, 'programs.jsonl');
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line, index) => {
    const json: unknown = JSON.parse(line);
    if (!isObject(json) || textOf(json.name) === undefined) {
      throw new Error(`${file}, line ${index + 1}: expected a program with a name`);
    }
    return programOf(json);
  });
}

function programOf(json: JsonObject): Program {
  const install = textsOf(json.install);
  const setup = textsOf(json.setup);
  const preinstall = textsOf(json.preinstall);
  const flagOnly = isObject(json.flagOnly) ? textOf(json.flagOnly.outcome) : undefined;
  return {
    name: textOf(json.name) ?? '',
    install,
    preinstall,
    setup,
    // As the file has it: an image config of the OCI specification.
    config: (isObject(json.config) ? json.config : {}) as ImageConfig,
    podExtras: isObject(json.podExtras) ? json.podExtras : {},
    podSpec: isObject(json.podSpec) ? json.podSpec : {},
    kind: json.kind === 'StatefulSet' ? 'StatefulSet' : 'Deployment',
    smoke: textsOf(json.smoke),
    flagOnly: flagOnly ?? '',
    digest: createHash('sha256')
      .update(JSON.stringify([install, setup, ...preinstall]))
      .digest('hex')
      .slice(0, 12),
  };
}

function textsOf(value: unknown): readonly string[] {
  return isArray(value) ? value.flatMap((each) => textOf(each) ?? []) : [];
}
