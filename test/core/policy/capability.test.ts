import { describe, expect, test } from '@jest/globals';
import { capability, POWERS } from '../../../src/core/policy/capability.ts';
import { judged } from '../../support/pod-facts.ts';

function adding(capabilities: readonly string[], spec = {}) {
  return judged({ container: { securityContext: { capabilities: { add: capabilities } } }, spec });
}

describe('capability', () => {
  test.each(Object.entries(POWERS).map(([name, power]) => ({ name, ...power })))(
    'finds $name, and says what it can do and what to do instead',
    ({ name, can, instead, severity }) => {
      expect(capability(adding([name, 'NET_BIND_SERVICE']))).toEqual([
        { key: 'capability', severity, container: 'app', message: `capability ${name} ${can}: ${instead}` },
      ]);
    },
  );

  test.each(['CAP_SYS_ADMIN', 'cap_sys_admin', 'sys_admin'])('knows %s by its other spelling', (name) => {
    expect(capability(adding([name])).map(({ message }) => message)).toEqual([
      'capability SYS_ADMIN can remount its root writable: remove it, or move what needs it into a pod of its own',
    ]);
  });

  test('finds each of several once', () => {
    expect(capability(adding(['BPF', 'SYS_ADMIN', 'CAP_BPF', 'SYS_MODULE']))).toHaveLength(3);
  });

  test.each([
    'MKNOD',
    'NET_ADMIN',
    'NET_RAW',
    'SYS_PTRACE',
    'SYS_TIME',
    'CHOWN',
    'DAC_OVERRIDE',
    'SETUID',
    'constructor',
    '',
  ])('finds nothing in %j', (name) => {
    expect(capability(adding([name]))).toEqual([]);
  });

  test.each([
    { name: 'ALL', found: true },
    { name: 'SYS_ADMIN', found: true },
    { name: 'SYS_MODULE', found: false },
    { name: 'SYS_RAWIO', found: false },
    { name: 'DAC_READ_SEARCH', found: false },
    { name: 'SYS_BOOT', found: false },
    { name: 'BPF', found: false },
  ])('in a user namespace of the pod $name is found: $found', ({ name, found }) => {
    expect(capability(adding([name], { hostUsers: false })).length > 0).toBe(found);
    expect(capability(adding([name], { hostUsers: true }))).toHaveLength(1);
  });
});
