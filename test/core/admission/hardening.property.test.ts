import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Hardening, hardeningFor, usualHardening } from '../../../src/core/admission/hardening.ts';
import { parseImage } from '../../../src/core/image/reference.ts';
import { readPod } from '../../../src/core/pod/read-pod.ts';
import { anyPod } from '../../support/any-pod.ts';
import { anyWorld } from '../../support/any-world.ts';

test('what is remembered of an image is what would be planned for each container anew', () => {
  const seen = { shared: 0, own: 0 };
  fc.assert(
    fc.property(
      fc.array(anyPod, { minLength: 4, maxLength: 8 }),
      anyWorld,
      fc.boolean(),
      (pods, { world, policy }, rootForbidden) => {
        const before = new Set<Hardening['plan']>();
        for (const container of pods.flatMap(containersOf)) {
          const parsed = parseImage(container.image);
          if (parsed.kind === 'malformed') continue;
          const image = world.catalog.lookup(parsed.image, 'shop', 0);
          if (image.kind !== 'harden') continue;
          const runtime = { ...world.settings.runtime };
          const around = { container, runtime, dataPaths: policy.dataPaths, rootForbidden };
          const hardening = usualHardening(image, around);
          expect(hardening).toEqual(hardeningFor(image, around));
          seen[before.has(hardening.plan) ? 'shared' : 'own']++;
          before.add(hardening.plan);
        }
      },
    ),
    { numRuns: 1_000 },
  );
  expect(seen.shared).toBeGreaterThan(40);
  expect(seen.own).toBeGreaterThan(40);
});

function containersOf(pod: unknown) {
  const read = readPod(pod);
  return read.kind === 'pod' ? read.pod.containers : [];
}
