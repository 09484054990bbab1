import { expect, test } from '@jest/globals';
import { runsOf } from '../../../src/core/healing/log-reads.ts';
import { createLogBook, type LogBook } from '../../../src/kube/heal/log-book.ts';
import { crashing, podWith, running } from '../../core/healing/observed.ts';

type Pod = ReturnType<typeof podWith>;

function runsIn(pod: Pod) {
  return pod.containers.flatMap((container) => runsOf(pod, container));
}

test.each<{
  what: string;
  status: Parameters<typeof crashing>[0] | 'running';
  done: (book: LogBook, pod: Pod) => void;
  heard: boolean;
}>([
  { what: 'a container that has never ended', status: 'running', done: () => undefined, heard: true },
  { what: 'no container whose log was not read', status: 1, done: () => undefined, heard: false },
  {
    what: 'a container whose logs were read to their ends',
    status: 2,
    done: (book, pod) => {
      for (const run of runsIn(pod)) book.note(run, [], Number.POSITIVE_INFINITY);
    },
    heard: true,
  },
  {
    what: 'no container that has ended once more since',
    status: 2,
    done: (book, pod) => {
      for (const run of runsIn(pod).slice(0, 1)) book.note(run, [], Number.POSITIVE_INFINITY);
    },
    heard: false,
  },
  {
    what: 'no container whose log could not be read once',
    status: 1,
    done: (book, pod) => {
      for (const run of runsIn(pod)) book.noteFailure(run);
    },
    heard: false,
  },
  {
    what: 'a container whose log could not be read three times',
    status: 1,
    done: (book, pod) => {
      for (const run of runsIn(pod)) for (let count = 0; count < 3; count += 1) book.noteFailure(run);
    },
    heard: true,
  },
  {
    what: 'no container whose log could not be read now and then, and has ended since',
    status: 1,
    done: (book, pod) => {
      for (const run of runsIn(pod)) {
        for (let count = 0; count < 3; count += 1) {
          book.noteFailure(run);
          book.note(run, [], count);
        }
      }
    },
    heard: false,
  },
])('the log book has heard $what', ({ status, done, heard }) => {
  const pod = podWith({ status: status === 'running' ? running(30) : crashing(status) });
  const book = createLogBook();
  done(book, pod);
  const [container] = pod.containers;
  expect(container && book.heardOf(pod, container)).toBe(heard);
});
