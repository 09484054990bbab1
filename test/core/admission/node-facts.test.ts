import { describe, expect, test } from '@jest/globals';
import { type NodeFacts, type NodeInfo, nodeFactsOf } from '../../../src/core/admission/node-facts.ts';

function node(containerRuntimeVersion: string, kubeletVersion = 'v1.36.1', os = 'linux'): NodeInfo {
  return { operatingSystem: os, containerRuntimeVersion, kubeletVersion };
}

type Row = {
  readonly cluster: string;
  readonly server?: string;
  readonly nodes: readonly NodeInfo[];
  readonly facts: NodeFacts;
};

describe('nodeFactsOf', () => {
  test.each<Row>([
    {
      cluster: 'containerd everywhere',
      nodes: [node('containerd://2.1.4'), node('containerd://2.4.2', 'v1.35.0')],
      facts: { imageVolumePaths: 'copied', imageVolumes: true },
    },
    {
      cluster: 'CRI-O everywhere',
      nodes: [node('cri-o://1.34.1')],
      facts: { imageVolumePaths: 'read-only', imageVolumes: true },
    },
    {
      cluster: 'both',
      nodes: [node('containerd://2.1.4'), node('cri-o://1.34.1')],
      facts: { imageVolumePaths: 'unknown', imageVolumes: true },
    },
    {
      cluster: 'no node yet',
      nodes: [],
      facts: { imageVolumePaths: 'unknown', imageVolumes: false },
    },
    {
      cluster: 'a runtime that nobody knows',
      nodes: [node('containerd://2.1.4'), node('docker://28.0.1')],
      facts: { imageVolumePaths: 'unknown', imageVolumes: false },
    },
    {
      cluster: 'a node that says nothing of its runtime',
      nodes: [node('')],
      facts: { imageVolumePaths: 'unknown', imageVolumes: false },
    },
    {
      cluster: 'Windows beside Linux',
      nodes: [node('cri-o://1.34.1'), node('containerd://1.7.1', 'v1.36.1', 'windows')],
      facts: { imageVolumePaths: 'read-only', imageVolumes: true },
    },
    {
      cluster: 'an API server before 1.35',
      server: 'v1.34.4',
      nodes: [node('containerd://2.1.4')],
      facts: { imageVolumePaths: 'copied', imageVolumes: false },
    },
    {
      cluster: 'a kubelet that is behind',
      nodes: [node('containerd://2.1.4'), node('containerd://2.1.4', 'v1.34.2')],
      facts: { imageVolumePaths: 'copied', imageVolumes: false },
    },
    {
      cluster: 'a containerd that cannot mount images',
      nodes: [node('containerd://2.0.7')],
      facts: { imageVolumePaths: 'copied', imageVolumes: false },
    },
    {
      cluster: "a vendor's versions",
      server: 'v1.35.3-gke.1234',
      nodes: [node('containerd://2.1.4-k3s1', 'v1.35.3-gke.1234')],
      facts: { imageVolumePaths: 'copied', imageVolumes: true },
    },
    {
      cluster: 'a server that does not say its version',
      server: '',
      nodes: [node('containerd://2.1.4')],
      facts: { imageVolumePaths: 'copied', imageVolumes: false },
    },
  ])('$cluster', ({ server = 'v1.36.0', nodes, facts }) => {
    expect(nodeFactsOf(nodes, server)).toEqual(facts);
  });
});
