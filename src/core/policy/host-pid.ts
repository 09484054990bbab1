import { mayTrace } from './capability.ts';
import { finding, type Rule } from './rule.ts';

/** With hostPID alone a process of the node is only seen; with ptrace its memory and its root can be written (ptrace(2)). */
export const hostPid: Rule = ({ container, pod }) =>
  pod.hostPID && mayTrace(container.security)
    ? [
        finding(
          container,
          'host-pid',
          "hostPID with the right to trace processes lets it enter the node's root through /proc/1/root: " +
            'remove hostPID, or the capability SYS_PTRACE',
        ),
      ]
    : [];
