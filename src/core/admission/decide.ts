import type { Pod } from '../pod/pod.ts';
import { readPod } from '../pod/read-pod.ts';
import { type PodWishes, readPodAnnotations } from '../policy/pod-annotations.ts';
import { containerDecision } from './container-decision.ts';
import type { ContainerDecision, Decision, SkipReason } from './decision.ts';
import { denialOf } from './denial.ts';
import { findingsOf } from './findings.ts';
import { changesFor, patchFor } from './patch.ts';
import { recordOf } from './record.ts';
import { isSeedContainer } from './seed.ts';
import type { AdmissionRequest, World } from './world.ts';

/** FLOW 1: what becomes of a pod that is being created. Never throws, whatever JSON it is given. */
export function decide(request: AdmissionRequest, world: World): Decision {
  const { mode } = request.policy;
  if (mode === 'off') return leftAlone('not-opted-in');

  const read = readPod(request.pod);
  if (read.kind === 'malformed') return leftAlone('malformed-pod', read.problem);
  const { pod } = read;
  if (pod.mirror) return leftAlone('mirror-pod');
  if (pod.os === 'windows') return leftAlone('windows');

  const wishes = wishesOf(pod, world);
  const containers = judge(pod, wishes, request, world);
  const { runtime } = world.settings;
  const findings = findingsOf({ pod, containers, policy: request.policy, runtime });
  const denial = denialOf(containers, request.policy);
  if (denial && mode === 'enforce') return { kind: 'denied', ...denial, findings };

  const changes = changesFor(containers, request.policy);
  const record = world.settings.record ? recordOf(containers) : undefined;
  const operations = patchFor({ pod, changes, record, runtime });
  const notes = [
    ...request.policyProblems,
    ...wishes.problems,
    ...(denial ? [`enforce would deny this pod: ${denial.message}`] : []),
  ];
  return { kind: 'judged', mode, pod, containers, operations, findings, notes };
}

/** An ephemeral container can be given no volumes: it is judged, and denied where the namespace says so. */
export function judgeEphemeral(request: AdmissionRequest, { settings }: World): Decision {
  const { policy, policyProblems: notes } = request;
  if (policy.mode === 'off') return leftAlone('not-opted-in');
  const read = readPod(request.pod);
  if (read.kind === 'malformed') return leftAlone('malformed-pod', read.problem);
  const { pod } = read;
  const containers = pod.containers
    .filter(({ list }) => list === 'ephemeralContainers')
    .map(
      (container): ContainerDecision => ({
        kind: 'left-alone',
        container,
        reason: 'ephemeral-container',
        because: '',
      }),
    );
  const findings = findingsOf({ pod, containers, policy, runtime: settings.runtime });
  const denial = denialOf(containers, policy);
  if (denial && policy.mode === 'enforce') return { kind: 'denied', ...denial, findings };
  return { kind: 'judged', mode: policy.mode, pod, containers, operations: [], findings, notes };
}

function leftAlone(reason: SkipReason, because = ''): Decision {
  return { kind: 'left-alone', reason, because };
}

/** What the pod asks for by annotations, where the installation listens to them. */
function wishesOf(pod: Pod, { settings }: World): PodWishes {
  const names = pod.containers.map(({ name }) => name);
  return readPodAnnotations(settings.podAnnotations ? pod.annotations : {}, names);
}

function judge(pod: Pod, wishes: PodWishes, request: AdmissionRequest, world: World): ContainerDecision[] {
  const context = { pod, wishes, request, world };
  return pod.containers
    .filter((container) => !isSeedContainer(container))
    .map((container) => containerDecision(container, context));
}
