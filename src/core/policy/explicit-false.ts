import { finding, type Rule } from './rule.ts';

/** Often meant (ingress controllers, CI runners), so it is told whether or not the namespace overrides it. */
export const explicitFalse: Rule = ({ container, rootReadOnly }) => {
  if (container.list === 'ephemeralContainers' || container.security.readOnlyRootFilesystem !== false)
    return [];
  return [
    rootReadOnly
      ? finding(
          container,
          'explicit-false',
          'readOnlyRootFilesystem: false is overridden by the namespace: remove it from the pod',
          'low',
        )
      : finding(
          container,
          'explicit-false',
          'readOnlyRootFilesystem: false keeps its root writable: remove it, or label the namespace ' +
            'rootlock.dev/explicit-false: override',
        ),
  ];
};
