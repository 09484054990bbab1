import { parseAllDocuments } from 'yaml';
import type { Profile } from '../../src/core/catalog/profile.ts';
import { readProfile } from '../../src/core/catalog/read-profile.ts';

/** A catalog of its own for the tests, so that they don't change with the shipped one. */
const TEXT = `
metadata: {name: nginx, labels: {rootlock.dev/source: builtin}}
spec:
  image: {repository: nginx}
  paths:
  - {path: /var/cache/nginx, description: request bodies and proxy buffers}
  - {path: /var/run, description: the pid file}
---
metadata: {name: nginx-alpine, labels: {rootlock.dev/source: builtin}}
spec:
  image: {repository: nginx, tags: '*-alpine'}
  paths:
  - {path: /var/cache/nginx, sizeLimit: 256Mi, medium: Memory, description: buffers in memory}
---
metadata: {name: redis, labels: {rootlock.dev/source: builtin}}
spec:
  image: {repository: redis}
  paths:
  - {path: /data, class: Data, description: snapshots}
  env: [{name: TMPDIR, value: /data}]
  facts: {volumes: [/data]}
---
metadata: {name: seeded, labels: {rootlock.dev/source: builtin}}
spec:
  image: {repository: ghcr.io/example/seeded}
  paths:
  - {path: /opt/app/config, content: Copy, description: its configuration}
---
metadata: {name: installer, labels: {rootlock.dev/source: builtin}}
spec:
  image: {repository: ghcr.io/example/installer}
  action: Exempt
  reason: it installs packages into its root
`;

export const TEST_CATALOG: readonly Profile[] = parseAllDocuments(TEXT).map((document) => {
  const read = readProfile({
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: 'ClusterWritablePathProfile',
    ...document.toJS(),
  });
  if (read.kind === 'malformed') throw new Error(JSON.stringify(read.problems));
  return read.profile;
});
