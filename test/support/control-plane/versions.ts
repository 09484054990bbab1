/**
 * The Kubernetes versions that the tests run against: each has a Go module in `go/<minor>/` that pins it.
 * The first is the default; the last is the lowest that Rootlock supports.
 */
export const kubernetesVersions = ['v1.37.2', 'v1.34.4'] as const;

export type KubernetesVersion = (typeof kubernetesVersions)[number];

/** The version that `TEST_KUBERNETES_VERSION` asks for (`v1.34.4`, `v1.34` or `1.34`), else the default. */
export function kubernetesVersion(asked = process.env.TEST_KUBERNETES_VERSION): KubernetesVersion {
  if (asked === undefined || asked === '') return kubernetesVersions[0];
  const wanted = asked.startsWith('v') ? asked : `v${asked}`;
  const found = kubernetesVersions.find((version) => version === wanted || minorOf(version) === wanted);
  if (found === undefined) {
    throw new Error(
      `TEST_KUBERNETES_VERSION is "${asked}"; the tests have a module for ${kubernetesVersions.join(' and ')}`,
    );
  }
  return found;
}

/** `v1.37` of `v1.37.2`. */
export function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
