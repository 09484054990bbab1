import type { RuntimeFacts } from './world.ts';

/** What a node says of itself: `status.nodeInfo`. */
export type NodeInfo = {
  readonly operatingSystem: string;
  /** `containerd://2.1.4` */
  readonly containerRuntimeVersion: string;
  /** `v1.35.2`, with whatever a vendor adds to it */
  readonly kubeletVersion: string;
};

/** What all nodes that run Linux containers agree on. */
export type NodeFacts = {
  readonly imageVolumePaths: RuntimeFacts['imageVolumePaths'];
  /** Whether every node can mount an image as a volume (KEP-4639). */
  readonly imageVolumes: boolean;
};

/** What is assumed as long as nothing is known. */
export const NO_NODE_FACTS: NodeFacts = { imageVolumePaths: 'unknown', imageVolumes: false };

/** On by default from here on; kubelet and API server alike. */
const IMAGE_VOLUMES_FROM = {
  kubernetes: [1, 35],
  runtimes: { containerd: [2, 1], 'cri-o': [1, 31] },
} as const;
const VOLUME_PATHS = { containerd: 'copied', 'cri-o': 'read-only' } as const;

type Runtime = keyof typeof VOLUME_PATHS;

/** A pod can come to any node, so that one node that is different, or not understood, makes a fact unknown. */
export function nodeFactsOf(nodes: readonly NodeInfo[], serverVersion: string): NodeFacts {
  const linux = nodes.filter(({ operatingSystem }) => operatingSystem !== 'windows');
  const runtimes = new Set(linux.map(({ containerRuntimeVersion }) => runtimeOf(containerRuntimeVersion)));
  const [runtime] = runtimes;
  return {
    imageVolumePaths: runtimes.size === 1 && runtime !== undefined ? VOLUME_PATHS[runtime] : 'unknown',
    imageVolumes:
      linux.length > 0 &&
      newEnough(serverVersion, IMAGE_VOLUMES_FROM.kubernetes) &&
      linux.every(mountsImages),
  };
}

function mountsImages({ containerRuntimeVersion, kubeletVersion }: NodeInfo): boolean {
  const runtime = runtimeOf(containerRuntimeVersion);
  if (runtime === undefined) return false;
  const version = containerRuntimeVersion.slice(runtime.length + SCHEME.length);
  return (
    newEnough(kubeletVersion, IMAGE_VOLUMES_FROM.kubernetes) &&
    newEnough(version, IMAGE_VOLUMES_FROM.runtimes[runtime])
  );
}

const SCHEME = '://';

function runtimeOf(text: string): Runtime | undefined {
  const name = text.slice(0, Math.max(0, text.indexOf(SCHEME)));
  return name === 'containerd' || name === 'cri-o' ? name : undefined;
}

function newEnough(version: string, [major, minor]: readonly [number, number]): boolean {
  const parts = /^v?(\d+)\.(\d+)/.exec(version);
  if (parts === null) return false;
  const [itsMajor, itsMinor] = [Number(parts[1]), Number(parts[2])];
  return itsMajor > major || (itsMajor === major && itsMinor >= minor);
}
