import { describe, expect, test } from '@jest/globals';
import { readPod } from '../../../src/core/pod/read-pod.ts';

const CONTAINER = { name: 'web', image: 'nginx' };

describe('readPod', () => {
  test('reads the facts that decisions are made from', () => {
    const json = {
      metadata: { generateName: 'web-', annotations: { a: 'b' } },
      spec: {
        hostPID: true,
        initContainers: [{ name: 'init', image: 'busybox', restartPolicy: 'Always' }],
        containers: [
          {
            ...CONTAINER,
            command: ['/app/server'],
            workingDir: '/app',
            env: [{ name: 'HOME', value: '/' }],
            securityContext: {
              privileged: true,
              procMount: 'Unmasked',
              capabilities: { add: ['cap_sys_admin'] },
            },
            volumeMounts: [
              { name: 'config', mountPath: 'etc/app/' },
              { name: 'host', mountPath: 'C:\\data', mountPropagation: 'Bidirectional' },
            ],
            volumeDevices: [{ name: 'disk', devicePath: '/dev/xvda' }],
          },
        ],
        volumes: [
          { name: 'config', configMap: { name: 'c' } },
          { name: 'host', hostPath: { path: '/' } },
        ],
      },
    };
    const read = readPod(json);
    expect(read).toMatchObject({
      kind: 'pod',
      pod: { name: 'web-', os: 'linux', mirror: false, hostPID: true, shareProcessNamespace: false, json },
    });
    expect(read.kind === 'pod' && read.pod.containers).toMatchObject([
      { list: 'initContainers', index: 0, name: 'init', sidecar: true, mounts: [] },
      {
        list: 'containers',
        sidecar: false,
        executable: '/app/server',
        workingDir: '/app',
        mounts: [
          { path: '/etc/app', volume: 'config', readOnly: true, device: false },
          { path: '/dev/xvda', volume: 'disk', readOnly: false, device: true },
        ],
        mountedVolumes: ['config', 'host', 'disk'],
        bidirectional: true,
        envNames: ['HOME'],
        security: { privileged: true, procMount: 'Unmasked', addedCapabilities: ['SYS_ADMIN'] },
      },
    ]);
  });

  test.each([
    { what: 'no object', pod: [], problem: 'the pod must be an object' },
    { what: 'no spec', pod: {}, problem: 'spec must be an object' },
    {
      what: 'metadata that is a text',
      pod: { metadata: 'x', spec: {} },
      problem: 'metadata must be an object',
    },
    {
      what: 'a list of annotations',
      pod: { metadata: { annotations: [] }, spec: {} },
      problem: 'metadata.annotations must be an object',
    },
    {
      what: 'containers that are no list',
      pod: { spec: { containers: {} } },
      problem: 'spec.containers must be a list',
    },
    {
      what: 'a container that is null',
      pod: { spec: { containers: [null] } },
      problem: 'spec.containers[0] must be an object',
    },
    {
      what: 'a container without a name',
      pod: { spec: { containers: [{ image: 'x' }] } },
      problem: 'spec.containers[0].name is missing',
    },
    {
      what: 'two containers of one name',
      pod: { spec: { containers: [CONTAINER], initContainers: [CONTAINER] } },
      problem: 'two containers are named web',
    },
    {
      what: 'a volume without a name',
      pod: { spec: { volumes: [{}] } },
      problem: 'spec.volumes[0].name is missing',
    },
    {
      what: 'a mount without a path',
      pod: one({ volumeMounts: [{ name: 'v' }] }),
      problem: 'spec.containers[0].volumeMounts[0].mountPath must be a path',
    },
    {
      what: 'a device without a path',
      pod: one({ volumeDevices: [{ name: 'v' }] }),
      problem: 'spec.containers[0].volumeDevices[0].devicePath must be a path',
    },
    {
      what: 'a variable without a name',
      pod: one({ env: [{}] }),
      problem: 'spec.containers[0].env[0].name is missing',
    },
    {
      what: 'a command that is a text',
      pod: one({ command: 'sh' }),
      problem: 'spec.containers[0].command must be a list',
    },
    {
      what: 'a flag that is a text',
      pod: one({ securityContext: { privileged: 'yes' } }),
      problem: 'spec.containers[0].securityContext.privileged must be true or false',
    },
    {
      what: 'capabilities that are a text',
      pod: one({ securityContext: { capabilities: { add: 'ALL' } } }),
      problem: 'spec.containers[0].securityContext.capabilities.add must be a list',
    },
    { what: 'an os that is a text', pod: { spec: { os: 'windows' } }, problem: 'spec.os must be an object' },
  ])('calls a pod with $what malformed, and names the field', ({ pod, problem }) => {
    expect(readPod(pod)).toEqual({ kind: 'malformed', problem });
  });
});

function one(rest: object) {
  return { spec: { containers: [{ ...CONTAINER, ...rest }] } };
}
