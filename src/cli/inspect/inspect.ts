import type { Profile } from '../../core/catalog/profile.ts';
import type { ManifestObject } from '../workloads/objects.ts';
import { classify, objectsIn } from '../workloads/objects.ts';
import { inOrder, type Problem } from '../yaml/problem.ts';
import type { Source } from '../yaml/source.ts';
import { readStream, type YamlDocument } from '../yaml/stream.ts';
import { type JudgedWorkload, judgeWorkload } from './judge.ts';
import { foreignAmong, type PassedOver, partOf, patchFiles } from './passed-over.ts';
import { inAuditMode, namespacePolicies, type PolicyChoice } from './policies.ts';
import { profilesAmong } from './profiles.ts';
import { type JudgeOptions, worldFor } from './world.ts';

/** All that a set of manifests comes to: what every command that takes `-f` starts from. */
export type Inspection = {
  readonly documents: readonly YamlDocument[];
  readonly workloads: readonly JudgedWorkload[];
  /** Custom resources whose controllers make pods: left alone, and told. */
  readonly podMakers: readonly PodMaker[];
  /** Objects that have no pods. */
  readonly others: number;
  /** What is no object by itself, and no error. */
  readonly passedOver: readonly PassedOver[];
  readonly problems: readonly Problem[];
};

export type PodMaker = { readonly object: ManifestObject; readonly maker: string };

export type InspectInput = {
  readonly sources: readonly Source[];
  readonly builtin: readonly Profile[];
  readonly options: JudgeOptions;
  /** For those who name a namespace nowhere. */
  readonly fallback: PolicyChoice;
  /** `as-written`: findings speak of the manifests, whatever a namespace would make of them. */
  readonly view?: 'as-written' | 'hardened';
  readonly now: number;
  readonly watch?: (done: number, of: number, source: string) => void;
};

/** Reads the manifests, gathers the profiles and namespaces among them, and judges each workload by these. */
export function inspect({ sources, builtin, options, fallback, view, now, watch }: InspectInput): Inspection {
  const documents = sources.flatMap((source, index) => {
    watch?.(index, sources.length, source.name);
    return readStream(source);
  });
  const foreign = foreignAmong(sources, documents);
  const beside = new Set(foreign.passedOver.map(({ source }) => source));
  const objects = documents
    .filter(({ source }) => !beside.has(source))
    .flatMap(objectsIn)
    .map((object) => ({ object, class: classify(object) }));
  const found = profilesAmong(objects.flatMap((each) => (each.class.kind === 'profile' ? each.object : [])));
  const world = worldFor([...builtin, ...options.profiles, ...found.profiles], options);
  const policies = namespacePolicies(
    objects.flatMap((each) => (each.class.kind === 'namespace' ? each.object : [])),
    fallback,
  );
  const policyFor = view === 'as-written' ? inAuditMode(policies) : policies;

  const workloads: JudgedWorkload[] = [];
  const podMakers: PodMaker[] = [];
  const passedOver: PassedOver[] = [...foreign.passedOver];
  const patches = patchFiles(documents);
  const problems = [...foreign.problems, ...found.problems];
  for (const { object, class: kind } of objects) {
    if (kind.kind === 'pod-maker') podMakers.push({ object, maker: kind.maker });
    if (kind.kind !== 'workload') continue;
    const judged = judgeWorkload({ object, pod: kind.pod, world, policies: policyFor, options, now });
    if (judged.kind === 'workload') workloads.push(judged.workload);
    else {
      const part = judged.incomplete ? partOf(object, judged.problems, patches) : undefined;
      if (part === undefined) problems.push(...judged.problems);
      else passedOver.push(part);
    }
  }
  const others = objects.filter(
    (each) => each.class.kind !== 'workload' && each.class.kind !== 'pod-maker',
  ).length;
  return { documents, workloads, podMakers, others, passedOver, problems: inOrder(problems, sources) };
}
