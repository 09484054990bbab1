/** So many profiles as the controller writes them, of which two match the images of the pods. */
export function profilesOf(count: number): readonly object[] {
  const matching = [
    { repository: 'nginx', tags: '>=1.19', paths: ['/var/cache/nginx', '/var/run'] },
    { repository: 'registry.k8s.io/git-sync/git-sync', tags: '>=4', paths: ['/tmp', '/git'] },
  ];
  const others = Array.from({ length: count - matching.length }, (_, index) => ({
    repository: `registry.example.com/team-${index % 97}/service-${index}`,
    tags: index % 3 === 0 ? '>=1.2 <4' : '*-alpine',
    paths: ['/tmp', `/var/lib/service-${index}`],
  }));
  return [...matching, ...others].map(({ repository, tags, paths }, index) => ({
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: 'ClusterWritablePathProfile',
    metadata: { name: `profile-${index}`, labels: { 'rootlock.dev/source': 'builtin' } },
    spec: { image: { repository, tags }, paths: paths.map((path) => ({ path })) },
  }));
}
