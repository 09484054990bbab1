import { describe, expect, test } from '@jest/globals';
import { pathWith, profileWith } from '../catalog/any-profile.ts';
import { type Simulated, type Step, simulate } from './simulation.ts';

function write(to: string, says = `open ${to}/file: read-only file system`): Step {
  return { does: 'write', to, says };
}

type Healed = {
  readonly what: string;
  readonly given: Simulated;
  readonly paths: readonly string[];
  /** Pods that were replaced. */
  readonly rounds: number;
};

const SCRATCH = ['/run', '/tmp', '/var/tmp'];

const healed: readonly Healed[] = [
  {
    what: 'a program that writes one directory',
    given: { program: { steps: [write('/srv/app/state')] } },
    paths: ['/srv/app/state', ...SCRATCH],
    rounds: 1,
  },
  {
    what: 'a program that writes three directories, one after the other',
    given: { program: { steps: [write('/opt/one'), write('/var/lib/two'), write('/srv/three')] } },
    paths: ['/opt/one', '/srv/three', '/var/lib/two', ...SCRATCH],
    rounds: 3,
  },
  {
    what: 'a program whose log names all directories at once',
    given: {
      program: {
        steps: [
          write(
            '/opt/one',
            'open /opt/one/x: read-only file system\nopen /var/lib/two/x: read-only file system',
          ),
        ],
      },
    },
    paths: ['/opt/one', '/var/lib/two', ...SCRATCH],
    rounds: 1,
  },
  {
    what: 'a program of which all three pods fail the same way',
    given: { program: { steps: [write('/srv/app/state')] }, replicas: 3 },
    paths: ['/srv/app/state', ...SCRATCH],
    rounds: 3,
  },
  {
    what: 'a program that misses what the image ships in /run',
    given: {
      program: {
        steps: [
          { does: 'read', from: '/run/sshd', says: 'Missing privilege separation directory: /run/sshd' },
        ],
      },
    },
    paths: SCRATCH,
    rounds: 1,
  },
  {
    what: 'a program that goes on, though it cannot write',
    given: {
      program: {
        steps: [
          {
            ...write('/var/log/app', 'app: cannot open /var/log/app/app.log: Read-only file system'),
            goesOn: true,
          } as Step,
        ],
      },
    },
    paths: ['/var/log/app', ...SCRATCH],
    rounds: 1,
  },
  {
    what: 'a program that says nothing, and writes below directories of its name',
    given: { program: { steps: [write('/var/lib/app', 'starting failed')] } },
    paths: ['/var/cache/app', '/var/lib/app', '/var/log/app', '/var/mail', '/var/spool/app', ...SCRATCH],
    rounds: 1,
  },
  {
    what: 'a renamed image, by what its program writes under its usual name',
    given: {
      image: 'registry.example.com/mirror/nginx:1.27',
      program: {
        steps: [
          write(
            '/var/cache/nginx',
            'mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)',
          ),
          write('/etc/nginx/conf.d', 'failed'),
        ],
      },
      builtin: [
        profileWith({
          source: 'builtin',
          paths: [pathWith('/var/cache/nginx'), pathWith('/etc/nginx/conf.d', { content: 'Copy' })],
        }),
      ],
    },
    paths: ['/etc/nginx/conf.d', '/var/cache/nginx', ...SCRATCH],
    rounds: 1,
  },
];

const SILENT: Step = { does: 'write', to: '/srv/files', says: '', goesOn: true };

describe('a workload that runs without a word', () => {
  test.each<{ what: string; given: Simulated; paths: readonly string[]; rounds: number }>([
    {
      what: 'that needs nothing costs one pod, once',
      given: { program: { steps: [] }, replicas: 3 },
      paths: SCRATCH,
      rounds: 1,
    },
    {
      what: 'that loses what it cannot write is given what the image has for that, each pod in turn',
      given: { program: { steps: [SILENT], own: ['/srv/files'] }, replicas: 3 },
      paths: ['/srv/files', ...SCRATCH],
      rounds: 4,
    },
    {
      what: 'that has no shell is as it was before',
      given: { program: { steps: [], shell: false } },
      paths: SCRATCH,
      rounds: 2,
    },
    {
      what: 'that nobody would make anew is left alone',
      given: { program: { steps: [SILENT], own: ['/srv/files'] }, owner: 'none' },
      paths: SCRATCH,
      rounds: 0,
    },
    {
      what: 'in a namespace where every change is proposed is left alone',
      given: { program: { steps: [SILENT], own: ['/srv/files'] }, policy: { heal: 'propose' } },
      paths: SCRATCH,
      rounds: 0,
    },
    {
      what: 'of an image that a profile knows is left alone',
      given: {
        image: 'nginx:1.27',
        program: { steps: [SILENT], own: ['/srv/files'] },
        builtin: [profileWith({ source: 'builtin', paths: SCRATCH.map((path) => pathWith(path)) })],
      },
      paths: SCRATCH,
      rounds: 0,
    },
  ])('$what', ({ given, paths, rounds }) => {
    const world = simulate(given);
    world.run(240);
    const mounts = paths.toSorted();
    expect(world.pods().map((pod) => pod.mounts.map(({ path }) => path).toSorted())).toEqual(
      Array(given.replicas ?? 1).fill(mounts),
    );
    expect(world.evictions()).toBe(rounds);
    world.run(300);
    expect(world.evictions()).toBe(rounds);
  });
});

test('a look is told as what it is, and not as a need', () => {
  const world = simulate({ program: { steps: [] } });
  world.run(240);
  expect(world.tellings.map(({ reason, action }) => [reason, action])).toEqual([
    ['Learned', 'Look'],
    ['Healed', 'Heal'],
  ]);
});

describe('a workload that fails with a read-only root', () => {
  test.each(healed)('runs hardened again: $what', ({ given, paths, rounds }) => {
    const world = simulate(given);
    world.run(180);
    expect(world.pods()).toEqual(
      Array(given.replicas ?? 1).fill(expect.objectContaining({ running: true, hardened: true })),
    );
    expect(
      world
        .pods()[0]
        ?.mounts.map(({ path }) => path)
        .toSorted(),
    ).toEqual(paths.toSorted());
    expect(world.evictions()).toBe(rounds);
  });
});

type SteppedBack = { readonly what: string; readonly given: Simulated; readonly reason: string };

const steppedBack: readonly SteppedBack[] = [
  {
    what: 'nothing names a path, and guesses do not help',
    given: { program: { steps: [write('/opt/secret', 'starting failed')] } },
    reason: 'nothing that it logged says which path',
  },
  {
    what: 'the path must not be mounted over',
    given: { program: { steps: [write('/usr/bin', 'open /usr/bin/x: Read-only file system')] } },
    reason: 'nothing can be mounted',
  },
  {
    what: 'a file of the run before is in the way',
    given: {
      program: {
        steps: [
          { does: 'once', in: '/run/app', says: 'app (pid 7) already running, pid file /run/app/app.pid' },
        ],
      },
    },
    reason: 'a file of the run before',
  },
  {
    what: 'the attempts are spent',
    given: { program: { steps: [write('/opt/one'), write('/opt/two/x'), write('/srv/three')] }, attempts: 2 },
    reason: 'after all attempts',
  },
  {
    what: 'its path holds data, which a person has to approve',
    given: { program: { steps: [write('/var/lib/app')] }, policy: { dataPaths: 'ask' } },
    reason:
      "wait for a person's approval: /var/lib/app; rootlock approve registry-example-com-team-app -n shop",
  },
  {
    what: 'everything has to be approved',
    given: { program: { steps: [write('/opt/cache')] }, policy: { heal: 'propose' } },
    reason: "wait for a person's approval: /opt/cache",
  },
];

describe('a workload that cannot be healed', () => {
  test.each(steppedBack)('is left unhardened: $what', ({ given, reason }) => {
    const world = simulate(given);
    world.run(180);
    expect(world.pods()).toEqual([{ running: true, hardened: false, mounts: [] }]);
    expect(world.tellings.filter((telling) => telling.reason === 'SteppedBack')).toEqual([
      expect.objectContaining({ note: expect.stringContaining(reason) }),
    ]);
  });

  test('is hardened again once its path is approved', () => {
    const world = simulate({
      program: { steps: [write('/var/lib/app')] },
      policy: { dataPaths: 'ask' },
    });
    world.run(60);
    expect(world.pods()).toEqual([{ running: true, hardened: false, mounts: [] }]);
    world.addPath('registry-example-com-team-app', { path: '/var/lib/app', content: 'Copy', class: 'Data' });
    world.run(60);
    expect(world.pods()).toEqual([expect.objectContaining({ running: true, hardened: true })]);
    expect([...world.objects.values()].map(({ spec }) => spec)).toEqual([
      expect.objectContaining({ action: 'Harden' }),
    ]);
  });
});

test('a workload that crashes for its own reasons is hardened again, and not blamed twice', () => {
  const world = simulate({ program: { steps: [{ does: 'fail', says: 'no database' }] } });
  world.run(600);
  expect(world.pods()).toEqual([expect.objectContaining({ hardened: true })]);
  expect(world.tellings.map(({ reason }) => reason)).toEqual([
    'Learned',
    'SteppedBack',
    'Exonerated',
    'NotHealed',
  ]);
  expect([...world.objects.values()].map(({ spec }) => spec)).toEqual([
    expect.objectContaining({ action: 'Harden' }),
  ]);
});

test('a pod that nobody would make anew is never replaced', () => {
  const world = simulate({ program: { steps: [write('/srv/app')] }, owner: 'none' });
  world.run(120);
  expect(world.evictions()).toBe(0);
  expect(world.tellings.map(({ reason }) => reason)).toEqual(['Learned']);
});

test('a profile that a person wrote is not outranked by an exemption', () => {
  const persons = [
    {
      apiVersion: 'rootlock.dev/v1alpha1',
      kind: 'WritablePathProfile',
      metadata: { name: 'mine', namespace: 'shop' },
      spec: { image: { repository: 'registry.example.com/team/app' }, paths: [{ path: '/tmp' }] },
    },
  ];
  const world = simulate({ program: { steps: [{ does: 'fail', says: 'no database' }] }, persons });
  world.run(300);
  expect(world.tellings.map(({ reason }) => reason)).toEqual(['Learned', 'NotHealed']);
  expect(world.pods()).toEqual([expect.objectContaining({ hardened: true })]);
});

test('an exemption takes no name that is taken: by a person, or by the exemption of an image of nearly the same name', () => {
  const name = 'registry-example-com-team-app-1-0-exempt';
  const persons = [
    {
      apiVersion: 'rootlock.dev/v1alpha1',
      kind: 'WritablePathProfile',
      metadata: { name, namespace: 'shop' },
      spec: { image: { repository: 'registry.example.com/team-app' }, paths: [{ path: '/tmp' }] },
    },
  ];
  const world = simulate({ program: { steps: [write('/opt/secret', 'starting failed')] }, persons });
  world.run(180);
  expect(world.pods()).toEqual([{ running: true, hardened: false, mounts: [] }]);
  expect(world.objects.get(name)?.spec).toEqual(persons[0]?.spec);
  expect(world.objects.get(`${name}-2`)?.spec).toMatchObject({ action: 'Exempt' });
});

test('a namespace that says heal: off is left to itself', () => {
  const world = simulate({ program: { steps: [write('/srv/app')] }, policy: { heal: 'off' } });
  world.run(120);
  expect(world.writes).toEqual([]);
  expect(world.evictions()).toBe(0);
});
