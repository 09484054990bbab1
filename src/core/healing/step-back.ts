import { freeName } from '../admission/volume-name.ts';
import type { Profile } from '../catalog/profile.ts';
import { API_VERSION, readProfile } from '../catalog/read-profile.ts';
import type { ImageReference } from '../image/reference.ts';
import { isArray, isObject, type JsonObject, textOf } from '../json.ts';
import { TROUBLE_CAUSES } from '../learning/evidence.ts';
import { LEARNED_KIND, learnedMetadata, learnedName } from './learned-profile.ts';
import { MEMORY_ANNOTATION, timestamp } from './memory.ts';
import { parsedJson } from './parsed-json.ts';

/** Why an image is left unhardened for a while: the keys are metric labels, and never change their meaning. */
export const STEP_BACK_CAUSES = {
  'no-path': 'it fails with a read-only root, and nothing that it logged says which path it has to write',
  'blocked-path': 'it has to write where nothing can be mounted',
  'attempts-spent': 'it still fails with a read-only root after all attempts to repair that',
  'copy-failed': "the image's files could not be copied into the volumes that would hide them",
  'no-way-to-copy': 'the image ships files where it writes, and has no sh and cp to copy them',
  'few-tries':
    'it failed with a read-only root, and a pod that runs to its end may have few tries: the next one has a writable root',
  'waits-for-approval': "it has to write paths that wait for a person's approval",
  ...TROUBLE_CAUSES,
} as const satisfies Record<string, string>;

export type StepBackCause = keyof typeof STEP_BACK_CAUSES;

/** A learned profile that leaves an image unhardened until it expires, in the namespace where it failed. */
export type Exemption = {
  readonly namespace: string;
  readonly name: string;
  readonly repository: string;
  /** Which images of the repository: those of the tag, or the one of the digest, that failed. */
  readonly selector: { readonly tags: string } | { readonly digests: readonly string[] };
  readonly made?: { readonly uid: string; readonly resourceVersion: string };
  readonly cause: StepBackCause;
  /** The sentence for people. */
  readonly reason: string;
  /** Milliseconds since the epoch, to the second. */
  readonly expires: number;
  /** The workloads on whose account it was made: `deployment/web`. */
  readonly workloads: readonly string[];
};

export type SteppingBack = {
  readonly namespace: string;
  readonly image: ImageReference;
  readonly cause: StepBackCause;
  /** What was found, after the cause. */
  readonly because: string;
  readonly workload: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
  /** Names that it cannot have: what is applied there would overwrite another's. */
  readonly taken: ReadonlySet<string>;
};

export function exemptionFor(stepping: SteppingBack): Exemption {
  const { namespace, image, cause, because, workload, expires, taken } = stepping;
  const which = image.digest?.slice('sha256:'.length, 'sha256:'.length + 12) ?? image.tag ?? 'latest';
  return {
    namespace,
    name: freeName(`${learnedName(image.repository)}-${which}-exempt`, taken),
    repository: image.repository,
    selector: image.digest === undefined ? { tags: image.tag ?? 'latest' } : { digests: [image.digest] },
    cause,
    reason: reasonOf(workload, cause, because),
    expires,
    workloads: [workload],
  };
}

const LONGEST_REASON = 1000;

function reasonOf(workload: string, cause: StepBackCause, because: string): string {
  const detail = because === '' ? '' : `: ${because}`;
  return `${workload}: ${STEP_BACK_CAUSES[cause]}${detail}`.slice(0, LONGEST_REASON);
}

/** Reads an exemption of ours from the object as the API server has it; undefined where it is something else. */
export function readExemption(json: JsonObject): Exemption | undefined {
  const read = readProfile(json);
  if (read.kind === 'malformed' || read.profile.source !== 'learned') return undefined;
  const { profile } = read;
  const metadata = isObject(json.metadata) ? json.metadata : {};
  const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
  const noted = parsedJson(textOf(annotations[MEMORY_ANNOTATION]) ?? '');
  const { namespace, expires } = profile;
  const selector = selectorOf(profile);
  if (profile.action !== 'Exempt' || namespace === undefined || expires === undefined || !isObject(noted))
    return undefined;
  if (selector === undefined) return undefined;
  return {
    namespace,
    name: profile.name,
    repository: profile.image.repository,
    selector,
    made: {
      uid: textOf(metadata.uid) ?? '',
      resourceVersion: textOf(metadata.resourceVersion) ?? '',
    },
    cause: isCause(noted.cause) ? noted.cause : 'no-path',
    reason: profile.reason,
    expires,
    workloads: isArray(noted.workloads)
      ? [...new Set(noted.workloads.flatMap((each) => textOf(each) ?? []))]
      : [],
  };
}

function selectorOf({ image: { tags, digests } }: Profile): Exemption['selector'] | undefined {
  if (tags !== undefined) return { tags };
  return digests.length > 0 ? { digests } : undefined;
}

function isCause(value: unknown): value is StepBackCause {
  return typeof value === 'string' && Object.hasOwn(STEP_BACK_CAUSES, value);
}

/** As server-side apply takes it. */
export function exemptionObject(exemption: Exemption): JsonObject {
  const { repository, selector, cause, reason, expires, workloads } = exemption;
  const noted = JSON.stringify({ cause, workloads: workloads.toSorted() });
  return {
    apiVersion: API_VERSION,
    kind: LEARNED_KIND,
    metadata: learnedMetadata(exemption, { [MEMORY_ANNOTATION]: noted }),
    spec: {
      image: { repository, ...selector },
      action: 'Exempt',
      reason,
      expires: timestamp(expires),
    },
  };
}

export function sameSelector({ selector: one }: Exemption, { selector: other }: Exemption): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** An exemption that is for none of its workloads any more is gone. */
export function withoutWorkloads(
  exemptions: readonly Exemption[],
  name: string,
  released: readonly string[],
): readonly Exemption[] {
  return exemptions.flatMap((each) => {
    if (each.name !== name) return each;
    const workloads = each.workloads.filter((workload) => !released.includes(workload));
    return workloads.length === 0 ? [] : { ...each, workloads };
  });
}
