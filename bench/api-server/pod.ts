import { OWNER_UID, TEMPLATE_HASH } from '../review.ts';

/** Images that the catalog of the benchmark knows, each with two paths. */
export const IMAGES = ['docker.io/library/nginx:1.27.3', 'registry.k8s.io/git-sync/git-sync:v4.4.0'] as const;

/** A Deployment's pod of two containers and one init container, filled up with variables to so many bytes of JSON. */
export function podOf(bytes: number): string {
  let variables = 1;
  let text = serialise(variables);
  while (text.length < bytes) {
    variables++;
    text = serialise(variables);
  }
  return text;
}

function serialise(variables: number): string {
  const [web, sync] = IMAGES;
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `storefront-${TEMPLATE_HASH}-`,
      labels: {
        'app.kubernetes.io/name': 'storefront',
        'app.kubernetes.io/instance': 'storefront-production',
        'pod-template-hash': TEMPLATE_HASH,
      },
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9113' },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: `storefront-${TEMPLATE_HASH}`,
          uid: OWNER_UID,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      volumes: [{ name: 'config', configMap: { name: 'storefront' } }],
      initContainers: [container('prepare', sync, { port: 0, variables })],
      containers: [
        container('web', web, { port: 8080, variables }),
        container('sync', sync, { port: 8081, variables }),
      ],
      securityContext: { runAsNonRoot: true, fsGroup: 101, seccompProfile: { type: 'RuntimeDefault' } },
    },
  });
}

/** Port 0: it serves nothing. */
type Size = { readonly port: number; readonly variables: number };

function container(name: string, image: string, { port, variables }: Size) {
  const probe = (path: string) => ({ httpGet: { path, port }, periodSeconds: 10 });
  return {
    name,
    image,
    args: ['--config=/etc/storefront/config.yaml', '--log-format=json'],
    env: Array.from({ length: variables }, (_, index) => ({
      name: `STOREFRONT_SETTING_${index}`,
      value: `value-${index}-of-${name}`,
    })),
    resources: { limits: { memory: '256Mi' }, requests: { cpu: '50m', memory: '128Mi' } },
    volumeMounts: [{ name: 'config', readOnly: true, mountPath: '/etc/storefront' }],
    ...(port > 0 && {
      ports: [{ name, containerPort: port }],
      livenessProbe: probe('/healthz'),
      readinessProbe: probe('/ready'),
    }),
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
}
