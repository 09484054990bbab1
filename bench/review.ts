import { randomUUID } from 'node:crypto';

/** The namespace and images that the benchmark's reviews are about. */
export const NAMESPACE = 'shop';
export const IMAGES = [
  'docker.io/library/nginx:1.27.3',
  'envoyproxy/envoy:v1.31.4',
  'registry.k8s.io/git-sync/git-sync:v4.4.0',
  'fluent/fluent-bit:3.2.2',
] as const;

/** What tells one ReplicaSet from another, and one pod's token volume from another's. */
export const OWNER_UID = '5d0c1e52-8a3f-4c1b-9a52-3f0e7b1c2d4e';
export const TEMPLATE_HASH = '7f9c6d5b8d';
export const TOKEN_VOLUME = 'kube-api-access-x7k2p';

/**
 * An AdmissionReview of a Deployment's pod, as the API server sends it: projected service-account token, default
 * tolerations, probes, managedFields. Filled up with variables and their managed fields to the size wanted.
 */
export function reviewOf(bytes: number): Buffer {
  const containers = bytes < 6_000 ? 1 : bytes < 30_000 ? 3 : 8;
  let variables = 1;
  let body = serialise(containers, variables);
  while (body.length < bytes) {
    variables += Math.max(1, Math.floor((bytes - body.length) / (400 * containers)));
    body = serialise(containers, variables);
  }
  return body;
}

function serialise(containers: number, variables: number): Buffer {
  return Buffer.from(JSON.stringify(review(containers, variables)));
}

function review(containers: number, variables: number) {
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: randomUUID(),
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      requestKind: { group: '', version: 'v1', kind: 'Pod' },
      requestResource: { group: '', version: 'v1', resource: 'pods' },
      namespace: NAMESPACE,
      operation: 'CREATE',
      userInfo: {
        username: 'system:serviceaccount:kube-system:replicaset-controller',
        uid: randomUUID(),
        groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
        extra: { 'authentication.kubernetes.io/credential-id': [`JTI=${randomUUID()}`] },
      },
      object: pod(containers, variables),
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  };
}

function pod(containers: number, variables: number) {
  const names = Array.from({ length: containers }, (_, index) => (index === 0 ? 'web' : `sidecar-${index}`));
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      generateName: `storefront-${TEMPLATE_HASH}-`,
      creationTimestamp: null,
      labels: {
        'app.kubernetes.io/name': 'storefront',
        'app.kubernetes.io/instance': 'storefront-production',
        'app.kubernetes.io/part-of': 'shop',
        'pod-template-hash': TEMPLATE_HASH,
      },
      annotations: {
        'prometheus.io/scrape': 'true',
        'prometheus.io/port': '9113',
        'checksum/config': '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
      },
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
      managedFields: [
        {
          manager: 'kube-controller-manager',
          operation: 'Update',
          apiVersion: 'v1',
          time: '2026-11-23T00:00:00Z',
          fieldsType: 'FieldsV1',
          fieldsV1: managedFields(names, variables),
        },
      ],
    },
    spec: {
      volumes: [
        { name: 'config', configMap: { name: 'storefront', defaultMode: 420 } },
        {
          name: TOKEN_VOLUME,
          projected: {
            sources: [
              { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
              { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
              {
                downwardAPI: {
                  items: [
                    { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } },
                  ],
                },
              },
            ],
            defaultMode: 420,
          },
        },
      ],
      initContainers: [container('prepare', 2, variables)],
      containers: names.map((name, index) => container(name, index, variables)),
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: 'storefront',
      serviceAccount: 'storefront',
      securityContext: { runAsNonRoot: true, fsGroup: 101, seccompProfile: { type: 'RuntimeDefault' } },
      schedulerName: 'default-scheduler',
      tolerations: ['not-ready', 'unreachable'].map((state) => ({
        key: `node.kubernetes.io/${state}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      })),
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
    },
    status: {},
  };
}

function container(name: string, image: number, variables: number) {
  const probe = (path: string) => ({
    httpGet: { path, port: 'http', scheme: 'HTTP' },
    initialDelaySeconds: 5,
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  });
  return {
    name,
    image: IMAGES[image % IMAGES.length],
    args: ['--config=/etc/storefront/config.yaml', '--log-format=json'],
    ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
    env: Array.from({ length: variables }, (_, index) => variable(index)),
    resources: { limits: { memory: '256Mi' }, requests: { cpu: '50m', memory: '128Mi' } },
    volumeMounts: [
      { name: 'config', readOnly: true, mountPath: '/etc/storefront' },
      {
        name: TOKEN_VOLUME,
        readOnly: true,
        mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
      },
    ],
    ...(name !== 'prepare' && { livenessProbe: probe('/healthz'), readinessProbe: probe('/ready') }),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
}

function variable(index: number) {
  const name = `STOREFRONT_SETTING_${index}`;
  if (index % 3 === 0)
    return { name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } };
  if (index % 3 === 1)
    return { name, valueFrom: { secretKeyRef: { name: 'storefront', key: `setting-${index}` } } };
  return { name, value: `https://setting-${index}.shop.svc.cluster.local:8443/v1?retry=3` };
}

function managedFields(names: readonly string[], variables: number) {
  const env = Object.fromEntries(
    Array.from({ length: variables }, (_, index) => [
      `k:{"name":"STOREFRONT_SETTING_${index}"}`,
      { '.': {}, 'f:name': {}, 'f:value': {} },
    ]),
  );
  const container = {
    '.': {},
    'f:args': {},
    'f:env': { '.': {}, ...env },
    'f:image': {},
    'f:imagePullPolicy': {},
    'f:name': {},
    'f:resources': { '.': {}, 'f:limits': { '.': {}, 'f:memory': {} } },
    'f:volumeMounts': { '.': {}, 'k:{"mountPath":"/etc/storefront"}': { '.': {}, 'f:mountPath': {} } },
  };
  return {
    'f:metadata': {
      'f:generateName': {},
      'f:labels': { '.': {}, 'f:app.kubernetes.io/name': {}, 'f:pod-template-hash': {} },
      'f:ownerReferences': { '.': {} },
    },
    'f:spec': {
      'f:containers': Object.fromEntries(names.map((name) => [`k:{"name":"${name}"}`, container])),
      'f:dnsPolicy': {},
      'f:restartPolicy': {},
      'f:securityContext': { '.': {}, 'f:fsGroup': {}, 'f:runAsNonRoot': {} },
      'f:volumes': { '.': {}, 'k:{"name":"config"}': { '.': {}, 'f:configMap': {}, 'f:name': {} } },
    },
  };
}
