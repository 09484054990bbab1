import { isObject } from '../json.ts';
import type { Container, Pod } from '../pod/pod.ts';

/** False where the pod makes sure that the container does not run as root; its own fields come before the pod's. */
export function mayRunAsRoot(container: Container, pod: Pod): boolean {
  const own = container.json.securityContext;
  const shared = isObject(pod.json.spec) ? pod.json.spec.securityContext : undefined;
  const field = (name: string) =>
    (isObject(own) ? own[name] : undefined) ?? (isObject(shared) ? shared[name] : undefined);
  const user = field('runAsUser');
  if (typeof user === 'number') return user === 0;
  return field('runAsNonRoot') !== true;
}
