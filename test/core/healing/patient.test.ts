import { expect, test } from '@jest/globals';
import { ownFacts } from '../../../src/core/healing/patient.ts';
import { podWith, secondsAgo } from './observed.ts';

test.each([
  { what: 'the pod says', container: { workingDir: '/srv' }, report: 'in /work', want: '/srv' },
  { what: 'its image does', container: {}, report: '4 /srv/files\nin /work', want: '/work' },
  { what: 'nobody says', container: {}, report: '4 /srv/files', want: undefined },
])('ownFacts has the working directory that $what', ({ container, report, want }) => {
  const terminated = { exitCode: 0, reason: 'Completed', message: report, finishedAt: secondsAgo(15) };
  const pod = podWith({ container, initStatuses: [{ name: 'rootlock-seed-main', state: { terminated } }] });
  expect(ownFacts(pod, 'main').workingDir).toBe(want);
});
