import { expect, test } from '@jest/globals';
import { sourceOf } from './programs.ts';
import { kubernetesVersion, kubernetesVersions } from './versions.ts';

test.each([
  { asked: undefined, version: 'v1.37.2' },
  { asked: '', version: 'v1.37.2' },
  { asked: 'v1.34.4', version: 'v1.34.4' },
  { asked: 'v1.34', version: 'v1.34.4' },
  { asked: '1.34.4', version: 'v1.34.4' },
])('reads TEST_KUBERNETES_VERSION=$asked as $version', ({ asked, version }) => {
  expect(kubernetesVersion(asked)).toBe(version);
});

test('says which versions there are when it is asked for another', () => {
  expect(() => kubernetesVersion('v1.2.3')).toThrow('v1.37.2 and v1.34.4');
});

test.each(kubernetesVersions)('%s is what the Go module of that minor version requires', (version) => {
  expect(sourceOf('kube-apiserver', version)).toMatchObject({
    version,
    package: 'k8s.io/kubernetes/cmd/kube-apiserver',
  });
  expect(sourceOf('etcd', version)).toMatchObject({ package: 'go.etcd.io/etcd/server/v3' });
});
