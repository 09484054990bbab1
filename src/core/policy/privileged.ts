import { finding, type Rule } from './rule.ts';

/** Pod Security Standards, baseline: "Privileged Containers". */
export const privileged: Rule = ({ container }) =>
  container.security.privileged
    ? [
        finding(
          container,
          'privileged',
          'privileged: true lets it remount its root writable and change the node: ' +
            'remove it, and add only the capabilities and devices that are needed',
        ),
      ]
    : [];
