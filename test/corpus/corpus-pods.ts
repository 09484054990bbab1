import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import fc from 'fast-check';
import { createFiles } from '../../src/cli/files.ts';
import { isObject } from '../../src/core/json.ts';
import { acceptablePod } from '../support/acceptable-pod.ts';
import { anyPod } from '../support/any-pod.ts';
import type { Compared } from './accepted-alike.ts';
import { podsIn } from './workload-pods.ts';

/** The pods of all manifests below a folder. */
export function corpusPods(folder: string): readonly Compared[] {
  return createFiles(process.cwd())
    .list(folder)
    .filter((file) => /\.(?:ya?ml|json)$/.test(file))
    .flatMap((file) => podsIn(relative(folder, file), readFileSync(file, 'utf8')));
}

/** Nine of ten are pods that a person might write, one is anything that JSON can hold. */
export function generatedPods(count: number, seed: number): readonly Compared[] {
  const pod = fc.oneof(
    { weight: 9, arbitrary: acceptablePod },
    { weight: 1, arbitrary: anyPod.filter(isObject) },
  );
  return fc
    .sample(pod, { numRuns: count, seed })
    .filter(isObject)
    .map((each, index) => ({ title: `pod ${index} of seed ${seed}`, pod: each }));
}
