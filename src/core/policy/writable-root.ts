import { finding, type Rule } from './rule.ts';

/** A root that stays writable, where the pod does not say so itself (explicit-false.ts). */
export const writableRoot: Rule = ({ container, rootReadOnly }) =>
  !rootReadOnly &&
  container.list !== 'ephemeralContainers' &&
  container.security.readOnlyRootFilesystem !== false
    ? [
        finding(
          container,
          'writable-root',
          'its root is writable: label the namespace rootlock.dev/mode: enforce, or set ' +
            'readOnlyRootFilesystem: true and mount volumes where it writes',
        ),
      ]
    : [];
