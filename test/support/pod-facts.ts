import type { ContainerPath } from '../../src/core/container-path.ts';
import { parseContainerPath } from '../../src/core/container-path.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { Pod } from '../../src/core/pod/pod.ts';
import { readPod } from '../../src/core/pod/read-pod.ts';
import type { Judged } from '../../src/core/policy/rule.ts';

/** The facts of a pod, read from a spec as the API server gets it. */
export function podFacts(spec: JsonObject, annotations: JsonObject = {}): Pod {
  const read = readPod({ metadata: { name: 'web', annotations }, spec });
  if (read.kind === 'malformed') throw new Error(`the pod of a test is malformed: ${read.problem}`);
  return read.pod;
}

export type JudgedOptions = {
  /** Fields of the only container. */
  readonly container?: JsonObject;
  /** Fields of the pod's spec besides its containers. */
  readonly spec?: JsonObject;
  readonly rootReadOnly?: boolean;
  readonly imageVolumes?: readonly string[];
};

/** One container `app` of a pod, as the rules of core/policy are given it. */
export function judged({
  container = {},
  spec = {},
  rootReadOnly = true,
  imageVolumes = [],
}: JudgedOptions): Judged {
  const pod = podFacts({ ...spec, containers: [{ name: 'app', image: 'nginx', ...container }] });
  return { ...first(pod), rootReadOnly, imageVolumes: imageVolumes.map(path) };
}

/** The same for an ephemeral container. */
export function judgedEphemeral(container: JsonObject, rootReadOnly: boolean): Judged {
  const pod = podFacts({
    containers: [],
    ephemeralContainers: [{ name: 'app', image: 'busybox', ...container }],
  });
  return { ...first(pod), rootReadOnly, imageVolumes: [] };
}

/** A container that mounts one hostPath at /host. */
export function mountingHost(
  hostPath: JsonObject,
  mount: JsonObject = {},
  { spec = {}, container = {} }: Pick<JudgedOptions, 'spec' | 'container'> = {},
): Judged {
  return judged({
    container: { ...container, volumeMounts: [{ name: 'node', mountPath: '/host', ...mount }] },
    spec: { ...spec, volumes: [{ name: 'node', hostPath }] },
  });
}

function first(pod: Pod): Pick<Judged, 'pod' | 'container'> {
  const [container] = pod.containers;
  if (container === undefined) throw new Error('the pod of a test has no container');
  return { pod, container };
}

function path(text: string): ContainerPath {
  const parsed = parseContainerPath(text);
  if (parsed === undefined) throw new Error(`the path of a test is malformed: ${text}`);
  return parsed;
}
