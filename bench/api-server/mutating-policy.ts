/**
 * What comes nearest in Kubernetes itself: a MutatingAdmissionPolicy that sets the flag, and mounts two volumes into each
 * container. Which paths they are is written in the policy, the same for all images.
 */
export function mutatingPolicy(name: string, namespaceLabels: Readonly<Record<string, string>>) {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  return {
    policy: {
      apiVersion,
      kind: 'MutatingAdmissionPolicy',
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        reinvocationPolicy: 'IfNeeded',
        matchConstraints: {
          namespaceSelector: { matchLabels: namespaceLabels },
          resourceRules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
          ],
        },
        mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: EXPRESSION } }],
      },
    },
    binding: {
      apiVersion,
      kind: 'MutatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name },
    },
  };
}

const PATHS = [
  { suffix: 'cache', path: '/var/cache/nginx' },
  { suffix: 'run', path: '/var/run' },
];

function containers(list: string): string {
  const type = `Object.spec.${list}`;
  const mounts = PATHS.map(
    ({ suffix, path }) =>
      `${type}.volumeMounts{name: 'policy-' + c.name + '-${suffix}', mountPath: '${path}'}`,
  );
  return `object.spec.${list}.map(c, ${type}{
    name: c.name,
    securityContext: ${type}.securityContext{readOnlyRootFilesystem: true},
    volumeMounts: [${mounts.join(', ')}]
  })`;
}

function volumes(list: string): string {
  return PATHS.map(
    ({ suffix }) =>
      `object.spec.${list}.map(c, Object.spec.volumes{name: 'policy-' + c.name + '-${suffix}', emptyDir: Object.spec.volumes.emptyDir{}})`,
  ).join(' + ');
}

const EXPRESSION = `Object{spec: Object.spec{
  containers: ${containers('containers')},
  initContainers: ${containers('initContainers')},
  volumes: ${volumes('containers')} + ${volumes('initContainers')}
}}`;
