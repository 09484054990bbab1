/**
 * What the API server would refuse in a pod, of the rules that a patch of ours could break: names that must be
 * unique, mounts of volumes that are not there, mount paths used twice, privileges that mounts need. An independent
 * reading of the validation in kubernetes/pkg/apis/core/validation; the real API server judges in its own test.
 */
export function admissionProblems(pod: unknown): string[] {
  const spec = objectOf(objectOf(pod).spec);
  const volumes = listOf(spec.volumes).map((volume) => String(objectOf(volume).name));
  const problems: string[] = twins(volumes).map((name) => `two volumes ${name}`);
  const containers = LISTS.flatMap((list) => listOf(spec[list]).map(objectOf));
  problems.push(
    ...twins(containers.map((container) => String(container.name))).map((name) => `two containers ${name}`),
  );
  for (const container of containers) problems.push(...containerProblems(container, new Set(volumes)));
  problems.push(...annotationProblems(objectOf(objectOf(pod).metadata).annotations));
  return problems.toSorted();
}

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'];
type Json = { readonly [key: string]: unknown };

function containerProblems(container: Json, volumes: ReadonlySet<string>): string[] {
  const name = String(container.name);
  const mounts = listOf(container.volumeMounts).map(objectOf);
  const devices = listOf(container.volumeDevices).map((device) => String(objectOf(device).devicePath));
  const paths = mounts.map((mount) => String(mount.mountPath));
  const privileged = objectOf(container.securityContext).privileged === true;
  return [
    ...(name.length > 63 || !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name) ? [`${name}: no label`] : []),
    ...twins([...paths, ...devices]).map((path) => `${name}: two mounts at ${path}`),
    ...mounts
      .filter((mount) => !volumes.has(String(mount.name)))
      .map((mount) => `${name}: no volume ${mount.name}`),
    ...mounts
      .filter((mount) => mount.mountPropagation === 'Bidirectional' && !privileged)
      .map(() => `${name}: Bidirectional`),
    ...twins(listOf(container.env).map((variable) => String(objectOf(variable).name))).map(
      (key) => `${name}: two ${key}`,
    ),
  ];
}

function annotationProblems(value: unknown): string[] {
  const bytes = Object.entries(objectOf(value)).reduce(
    (sum, [key, text]) => sum + Buffer.byteLength(key + String(text)),
    0,
  );
  return bytes > 256 * 1024 ? ['annotations too long'] : [];
}

function twins(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
