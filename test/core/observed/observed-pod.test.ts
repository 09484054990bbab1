import { describe, expect, test } from '@jest/globals';
import { observePod } from '../../../src/core/observed/observed-pod.ts';

function messageOf(
  container: string,
  list: 'initContainers' | 'containers',
  message: string,
): string | undefined {
  const statuses = list === 'containers' ? 'containerStatuses' : 'initContainerStatuses';
  const state = {
    terminated: { exitCode: 0, reason: 'Completed', message, finishedAt: '2026-11-23T09:00:00Z' },
  };
  const pod = observePod({
    metadata: { name: 'web', namespace: 'shop' },
    spec: { [list]: [{ name: container, image: 'app' }] },
    status: { [statuses]: [{ name: container, state }] },
  });
  const [observed] = pod.containers;
  return observed?.state.kind === 'terminated' ? observed.state.message : undefined;
}

describe('of a termination message', () => {
  const long = Array.from({ length: 400 }, (_, index) => `4\t/srv/directory-${index}`).join('\n');

  test('the last 1,024 characters are kept', () => {
    expect(messageOf('main', 'containers', long)).toBe(long.slice(-1024));
  });

  test('of what copies an image’s files, as much as the kubelet keeps, since it tells of the image', () => {
    const most = long.slice(-4096);
    expect(messageOf('rootlock-seed-main', 'initContainers', most)).toBe(most);
  });
});
