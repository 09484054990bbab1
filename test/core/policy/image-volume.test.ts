import { describe, expect, test } from '@jest/globals';
import { imageVolume } from '../../../src/core/policy/image-volume.ts';
import { judged } from '../../support/pod-facts.ts';

function mounting(...paths: string[]) {
  return {
    container: { volumeMounts: paths.map((mountPath) => ({ name: 'data', mountPath })) },
    spec: { volumes: [{ name: 'data', emptyDir: {} }] },
  };
}

describe('imageVolume', () => {
  test.each([
    { mounts: [], imageVolumes: ['/data'], found: '/data' },
    { mounts: [], imageVolumes: ['/data', '/config'], found: '/data, /config' },
    { mounts: ['/config'], imageVolumes: ['/data', '/config'], found: '/data' },
    { mounts: ['/var/lib'], imageVolumes: ['/var/lib/mysql'], found: '/var/lib/mysql' },
  ])('finds $found in the volumes $imageVolumes under mounts $mounts', ({ mounts, imageVolumes, found }) => {
    expect(imageVolume(judged({ ...mounting(...mounts), imageVolumes }))).toEqual([
      {
        key: 'image-volume',
        severity: 'low',
        container: 'app',
        message:
          `the image's VOLUME ${found} stays writable, and what is written there is lost with the container: ` +
          'mount a PersistentVolumeClaim there if it has to last',
      },
    ]);
  });

  test.each([
    { mounts: [], imageVolumes: [] },
    { mounts: ['/data'], imageVolumes: ['/data'] },
    { mounts: ['/data/'], imageVolumes: ['/data'] },
  ])('finds nothing in the volumes $imageVolumes under mounts $mounts', ({ mounts, imageVolumes }) => {
    expect(imageVolume(judged({ ...mounting(...mounts), imageVolumes }))).toEqual([]);
  });
});
