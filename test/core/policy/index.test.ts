import { describe, expect, test } from '@jest/globals';
import { findingsFor } from '../../../src/core/policy/index.ts';
import { judged } from '../../support/pod-facts.ts';

const EVERYTHING = {
  container: {
    securityContext: {
      privileged: true,
      procMount: 'Unmasked',
      capabilities: { add: ['SYS_ADMIN', 'SYS_PTRACE'] },
    },
    volumeMounts: [
      { name: 'docker', mountPath: '/var/run/docker.sock' },
      { name: 'root', mountPath: '/host', readOnly: true },
      { name: 'data', mountPath: '/data' },
    ],
  },
  spec: {
    hostPID: true,
    volumes: [
      { name: 'docker', hostPath: { path: '/var/run/docker.sock' } },
      { name: 'root', hostPath: { path: '/' } },
      { name: 'data', hostPath: { path: '/data' } },
    ],
  },
  imageVolumes: ['/cache'],
  rootReadOnly: false,
};

describe('findingsFor', () => {
  test('gives the findings in the order of its rules', () => {
    expect(findingsFor(judged(EVERYTHING)).map(({ key }) => key)).toEqual([
      'privileged',
      'capability',
      'runtime-socket',
      'runtime-socket',
      'host-path',
      'host-pid',
      'proc-mount',
      'writable-root',
      'host-path-submounts',
      'image-volume',
    ]);
  });

  test('keeps each sentence to what an admission warning holds', () => {
    const longest = findingsFor(judged(EVERYTHING)).map(({ message }) => message.length);
    expect(Math.max(...longest)).toBeLessThanOrEqual(230);
  });

  test('judges no Windows container', () => {
    expect(
      findingsFor(judged({ ...EVERYTHING, spec: { ...EVERYTHING.spec, os: { name: 'windows' } } })),
    ).toEqual([]);
  });
});
