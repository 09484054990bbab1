import { finding, type Rule } from './rule.ts';

/** Volumes cannot be added to a pod that runs, so a debugging container has the root that it asks for. */
export const ephemeralContainer: Rule = ({ container, rootReadOnly }) =>
  container.list === 'ephemeralContainers' && !rootReadOnly
    ? [
        finding(
          container,
          'ephemeral-container',
          'a debugging container with a writable root stays in the pod until the pod is gone: ' +
            'delete the pod when you have finished',
        ),
      ]
    : [];
