import { finding, type Rule } from './rule.ts';
import { hasOwnUserNamespace } from './user-namespace.ts';

/**
 * Without the runtime's masks /proc/sys and /proc/sysrq-trigger are the node's (Pod Security Standards, baseline:
 * "/proc Mount Type"); in a user namespace of the pod's own they belong to nobody it can be (KEP-4265).
 */
export const procMount: Rule = ({ container, pod }) =>
  container.security.procMount === 'Unmasked' && !hasOwnUserNamespace(pod)
    ? [
        finding(
          container,
          'proc-mount',
          "procMount: Unmasked lets it write the node's settings below /proc/sys: " +
            'remove it, or set hostUsers: false on the pod',
        ),
      ]
    : [];
