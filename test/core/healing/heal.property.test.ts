import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { blockedPath } from '../../../src/core/catalog/blocked-paths.ts';
import { parseContainerPath } from '../../../src/core/container-path.ts';
import { isArray, isObject, type JsonObject } from '../../../src/core/json.ts';
import { type Program, type Step, simulate } from './simulation.ts';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 30);
/** Long enough for all attempts, their back-offs among them. */
const SECONDS = 900;

const directory = fc.constantFrom(
  '/srv/app',
  '/srv/app/deep',
  '/var/lib/app',
  '/var/lib/other/x',
  '/opt/one',
  '/opt/two',
  '/etc/app',
  '/usr/bin',
  '/home/app',
  '/run/app',
  '/var/cache/app',
);

const SAYINGS: readonly ((path: string) => string)[] = [
  (path) => `open ${path}/file: read-only file system`,
  (path) => `mkdir: cannot create directory '${path}': Read-only file system`,
  (path) => `cannot create ${path}/file`,
  () => 'java.io.IOException: Read-only file system',
  () => 'starting failed',
];

const write: fc.Arbitrary<Step> = fc
  .tuple(directory, fc.constantFrom(...SAYINGS), fc.boolean())
  .map(([to, says, goesOn]) => ({
    does: 'write',
    to,
    says: says(to),
    ...(goesOn && { goesOn: true as const }),
  }));

const read: fc.Arbitrary<Step> = fc
  .tuple(
    fc.constantFrom('/run/app', '/srv/app/shipped', '/tmp/shipped', '/var/lib/app/db'),
    fc.constantFrom<(path: string) => string>(
      (path) => `open ${path}: no such file or directory`,
      () => 'not found',
    ),
  )
  .map(([from, says]) => ({ does: 'read', from, says: says(from) }));

const once: fc.Arbitrary<Step> = fc.constantFrom<Step>({
  does: 'once',
  in: '/run/app',
  says: 'app (pid 7) already running, pid file /run/app/pid',
});

const fail: fc.Arbitrary<Step> = fc.constant({ does: 'fail', says: 'no database' });

const program: fc.Arbitrary<Program> = fc.record({
  steps: fc.array(fc.oneof({ weight: 6, arbitrary: write }, { weight: 2, arbitrary: read }, once, fail), {
    minLength: 1,
    maxLength: 5,
  }),
  shell: fc.constantFrom(true, true, true, false),
});

test(
  `heal brings every workload back to running, hardened or not, and stays calm then, over ${RUNS} generated programs`,
  () => {
    const seen = { hardened: 0, steppedBack: 0, exonerated: 0 };
    fc.assert(
      fc.property(program, fc.constantFrom('mount' as const, 'ask' as const), (generated, dataPaths) => {
        const world = simulate({ program: generated, policy: { dataPaths } });
        world.run(SECONDS);
        const [pod] = world.pods();
        const ownFault = generated.steps.some(({ does }) => does === 'fail');
        // What waits for a yes, or cannot be copied, is left unhardened, whatever it fails of.
        if (ownFault && generated.shell !== false && dataPaths === 'mount') expect(pod?.hardened).toBe(true);
        if (!ownFault) expect(pod).toEqual(expect.objectContaining({ running: true }));
        for (const object of world.objects.values()) expectHarmless(object);
        const before = { writes: world.writes.length, evictions: world.evictions() };
        world.run(120);
        expect({ writes: world.writes.length, evictions: world.evictions() }).toEqual(before);
        if (ownFault) seen.exonerated += 1;
        else if (pod?.hardened === true) seen.hardened += 1;
        else seen.steppedBack += 1;
      }),
      { numRuns: RUNS },
    );
    expect(Object.values(seen).every((count) => count > 0)).toBe(true);
  },
  30 * 60_000,
);

/** Few paths, and none that must not be mounted over. */
function expectHarmless({ spec, metadata }: JsonObject): void {
  const paths = isObject(spec) && isArray(spec.paths) ? spec.paths.filter(isObject) : [];
  expect(paths.length).toBeLessThanOrEqual(32);
  for (const { path } of paths) {
    const parsed = parseContainerPath(String(path));
    expect(parsed === undefined ? 'malformed' : blockedPath(parsed)).toBeUndefined();
  }
  expect(isObject(metadata) ? metadata.namespace : undefined).toBe('shop');
}
