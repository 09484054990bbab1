import { decide } from '../../core/admission/decide.ts';
import type { Decision } from '../../core/admission/decision.ts';
import type { Operation } from '../../core/admission/operation.ts';
import type { World } from '../../core/admission/world.ts';
import { isArray, isObject, type Json, textOf } from '../../core/json.ts';
import type { ManifestObject } from '../workloads/objects.ts';
import { titleOf } from '../workloads/objects.ts';
import { fieldOffset, pointerOffset } from '../yaml/field.ts';
import { pointerKeys, valueAt } from '../yaml/pointer.ts';
import { type Problem, problemAt } from '../yaml/problem.ts';
import { type Position, positionAt } from '../yaml/source.ts';
import type { PolicyChoice, PolicyLookup } from './policies.ts';
import type { JudgeOptions } from './world.ts';

export type JudgedWorkload = {
  readonly object: ManifestObject;
  /** JSON pointer from the document's root to the pod, or to the template of the pods. */
  readonly podPointer: string;
  readonly position: Position;
  readonly namespace: string;
  readonly choice: PolicyChoice;
  readonly decision: Decision;
  /** The decision's operations, for the document; none where it only tells what it would do. */
  readonly operations: readonly Operation[];
};

type JudgeInput = {
  readonly object: ManifestObject;
  readonly pod: string;
  readonly world: World;
  readonly policies: PolicyLookup;
  readonly options: JudgeOptions;
  readonly now: number;
};

export type Judged =
  | { readonly kind: 'workload'; readonly workload: JudgedWorkload }
  | {
      readonly kind: 'problems';
      /** A part of an object: what it lacks may come from elsewhere. */
      readonly incomplete: boolean;
      readonly problems: readonly Problem[];
    };

/** Decides on the pods of a workload as the webhook would on each of them. */
export function judgeWorkload({ object, pod, world, policies, options, now }: JudgeInput): Judged {
  const { document } = object;
  const podPointer = `${object.pointer}${pod}`;
  const template = valueAt(object.json, pod);
  const problems = podProblems(object, podPointer, template);
  if (problems.length > 0) return { kind: 'problems', incomplete: true, problems };
  const namespace = object.namespace ?? options.namespace;
  const choice = policies(namespace);
  const decision = decide(
    {
      pod: isObject(template) ? { apiVersion: 'v1', kind: 'Pod', ...template } : template,
      namespace,
      policy: choice.policy,
      policyProblems: choice.problems,
      now,
    },
    world,
  );
  if (decision.kind === 'left-alone' && decision.reason === 'malformed-pod') {
    return {
      kind: 'problems',
      incomplete: false,
      problems: [malformed(object, podPointer, decision.because)],
    };
  }
  const position = positionAt(document.source, document.start + pointerOffset(document, object.pointer));
  const operations = decision.kind === 'judged' && decision.mode === 'enforce' ? decision.operations : [];
  return {
    kind: 'workload',
    workload: {
      object,
      podPointer,
      position,
      namespace,
      choice,
      decision,
      operations: operations.map((operation) => ({ ...operation, path: `${podPointer}${operation.path}` })),
    },
  };
}

/** What the API server would refuse, and people would look for in Rootlock. */
function podProblems(object: ManifestObject, podPointer: string, template: Json | undefined): Problem[] {
  if (!isObject(template) || !isObject(template.spec)) {
    const place = [...pointerKeys(podPointer.slice(object.pointer.length)), 'spec'].join('.');
    return [
      problem(object, podPointer, '', {
        message: `${titleOf(object)} has no ${place}`,
        advice: `a ${object.kind} has its pods' fields there: add it, or correct the kind`,
      }),
    ];
  }
  const { spec } = template;
  if (containersIn(spec.containers).length === 0) {
    return [
      problem(object, podPointer, 'spec', {
        message: `${titleOf(object)} has no containers`,
        advice:
          'a pod has at least one; where another program adds them, give rootlock what comes out of that',
      }),
    ];
  }
  return (['initContainers', 'containers'] as const).flatMap((list) =>
    containersIn(spec[list]).flatMap((container, index) => {
      if (!isObject(container) || (container.image != null && container.image !== '')) return [];
      const name = textOf(container.name);
      return problem(object, podPointer, `spec.${list}[${index}].image`, {
        message: `${name === undefined ? 'a container' : `the container "${name}"`} has no image`,
        advice:
          'add "image: REPOSITORY:TAG" to it; where kustomize or helm adds it, give rootlock what they make',
      });
    }),
  );
}

/** `spec.containers[0].name is missing`: the field leads to the line. */
function malformed(object: ManifestObject, podPointer: string, because: string): Problem {
  const field = /^(?:metadata|spec)\S*/.exec(because)?.[0] ?? secondOfTheName(object, podPointer, because);
  const path = ['pod', ...field.split('.')].map((part) => part.replace(/\[\d+\]$/, '')).join('.');
  return problem(object, podPointer, field, {
    message: because === '' ? 'the pod cannot be understood' : because,
    advice: `correct it, for the API server would refuse it as well (kubectl explain ${path})`,
  });
}

/** `two containers are named web`: the second of them is where people look. */
function secondOfTheName({ json, pointer }: ManifestObject, podPointer: string, because: string): string {
  const name = /^two containers are named (.+)$/.exec(because)?.[1];
  const template = valueAt(json, podPointer.slice(pointer.length));
  const spec = isObject(template) && isObject(template.spec) ? template.spec : {};
  const named = CONTAINER_LISTS.flatMap((list) =>
    containersIn(spec[list]).flatMap((container, index) =>
      isObject(container) && container.name === name ? `spec.${list}[${index}].name` : [],
    ),
  );
  return named[1] ?? 'spec.containers';
}

const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

function containersIn(list: Json | undefined): readonly Json[] {
  return isArray(list) ? list : [];
}

function problem(
  { document }: ManifestObject,
  pointer: string,
  field: string,
  said: { readonly message: string; readonly advice: string },
): Problem {
  return problemAt(document.source, document.start + fieldOffset(document, pointer, field), said);
}
