import { finding, type Rule } from './rule.ts';

/**
 * Programs with setuid bits or file capabilities may gain rights (Pod Security Standards, restricted). Privileged
 * containers and those with SYS_ADMIN are told so elsewhere: for them the API server refuses `false`.
 */
export const privilegeEscalation: Rule = ({ container }) => {
  const { privileged, addedCapabilities, allowPrivilegeEscalation } = container.security;
  if (allowPrivilegeEscalation === false || privileged || addedCapabilities.includes('SYS_ADMIN')) return [];
  return [
    finding(
      container,
      'privilege-escalation',
      'allowPrivilegeEscalation is not false, so programs with setuid bits can gain rights: set it to false',
    ),
  ];
};
