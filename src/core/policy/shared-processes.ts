import { mayTrace } from './capability.ts';
import { finding, type Rule } from './rule.ts';

/** The pod's containers see each other's processes (Kubernetes docs, "Share Process Namespace"), and one may trace them. */
export const sharedProcesses: Rule = ({ container, pod }) =>
  pod.shareProcessNamespace && !pod.hostPID && mayTrace(container.security)
    ? [
        finding(
          container,
          'shared-processes',
          "shareProcessNamespace with the right to trace processes lets it change the pod's other containers: " +
            'remove shareProcessNamespace, or the capability SYS_PTRACE',
        ),
      ]
    : [];
