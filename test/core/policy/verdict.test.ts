import { describe, expect, test } from '@jest/globals';
import { findingsFor } from '../../../src/core/policy/index.ts';
import { verdictFor } from '../../../src/core/policy/verdict.ts';
import { judged, judgedEphemeral, mountingHost } from '../../support/pod-facts.ts';

const QUIET = { allowPrivilegeEscalation: false };

function adding(...add: string[]) {
  return judged({ container: { securityContext: { ...QUIET, capabilities: { add } } } });
}

describe('verdictFor', () => {
  test.each([
    { what: 'an ordinary container', facts: judged({ container: { securityContext: QUIET } }), keys: [] },
    { what: 'one that may gain rights', facts: judged({}), keys: ['privilege-escalation'] },
    { what: 'one with harmless capabilities', facts: adding('NET_BIND_SERVICE', 'SYS_PTRACE'), keys: [] },
    {
      what: 'one with image volumes',
      facts: judged({ container: { securityContext: QUIET }, imageVolumes: ['/data'] }),
      keys: ['image-volume'],
    },
    {
      what: 'one with an overridden field',
      facts: judged({ container: { securityContext: { ...QUIET, readOnlyRootFilesystem: false } } }),
      keys: ['explicit-false'],
    },
    {
      what: 'one with a read-only hostPath',
      facts: mountingHost(
        { path: '/etc/ssl' },
        { readOnly: true },
        { container: { securityContext: QUIET } },
      ),
      keys: [],
    },
    {
      what: 'one that shares its processes',
      facts: judged({
        container: { securityContext: { ...QUIET, capabilities: { add: ['SYS_PTRACE'] } } },
        spec: { shareProcessNamespace: true },
      }),
      keys: ['shared-processes'],
    },
  ])('holds $what with a read-only root to be immutable', ({ facts, keys }) => {
    const findings = findingsFor(facts);
    expect(findings.map(({ key }) => key)).toEqual(keys);
    expect(verdictFor(true, findings)).toBe('immutable');
  });

  test.each([
    {
      what: 'a privileged container',
      facts: judged({ container: { securityContext: { privileged: true } } }),
      keys: ['privileged'],
    },
    { what: 'one with SYS_ADMIN', facts: adding('SYS_ADMIN'), keys: ['capability'] },
    {
      what: 'one with a writable hostPath',
      facts: mountingHost({ path: '/data' }, {}, { container: { securityContext: QUIET } }),
      keys: ['host-path'],
    },
    {
      what: 'one with the socket of a runtime',
      facts: mountingHost(
        { path: '/var/run/docker.sock' },
        { readOnly: true },
        { container: { securityContext: QUIET } },
      ),
      keys: ['runtime-socket'],
    },
    {
      what: 'one with an unmasked /proc',
      facts: judged({ container: { securityContext: { ...QUIET, procMount: 'Unmasked' } } }),
      keys: ['proc-mount'],
    },
    {
      what: "one that may trace the node's processes",
      facts: judged({
        container: { securityContext: { ...QUIET, capabilities: { add: ['SYS_PTRACE'] } } },
        spec: { hostPID: true },
      }),
      keys: ['host-pid'],
    },
  ])('holds $what with a read-only root to be escapable', ({ facts, keys }) => {
    const findings = findingsFor(facts);
    expect(findings.map(({ key }) => key)).toEqual(keys);
    expect(verdictFor(true, findings)).toBe('escapable');
  });

  test.each([
    {
      facts: judged({ container: { securityContext: QUIET }, rootReadOnly: false }),
      keys: ['writable-root'],
    },
    { facts: judgedEphemeral({ securityContext: QUIET }, false), keys: ['ephemeral-container'] },
    {
      facts: judged({
        container: { securityContext: { ...QUIET, readOnlyRootFilesystem: false } },
        rootReadOnly: false,
      }),
      keys: ['explicit-false'],
    },
  ])('holds a container with the findings $keys to be writable', ({ facts, keys }) => {
    const findings = findingsFor(facts);
    expect(findings.map(({ key }) => key)).toEqual(keys);
    expect(verdictFor(false, findings)).toBe('writable');
  });
});
