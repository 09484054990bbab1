import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const ROOT = new URL('../', import.meta.url);
const LOCK: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(
  readFileSync(new URL('package-lock.json', ROOT), 'utf8'),
);

type Locked = {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: unknown;
  readonly cpu?: unknown;
  readonly hasInstallScript?: boolean;
};

/** What `npm ci --omit=dev --omit=optional` puts into the image. */
const SHIPPED = Object.entries(LOCK.packages).filter(
  ([path, { dev, optional }]) => path && !dev && !optional,
);

describe('the image is the same for every processor, but for its base', () => {
  test('no dependency is for one alone, or builds something when it is installed', () => {
    expect(SHIPPED.length).toBeGreaterThan(50);
    expect(SHIPPED.filter(([, { os, cpu, hasInstallScript }]) => os || cpu || hasInstallScript)).toEqual([]);
  });

  test('no dependency has machine code in it', () => {
    const found = SHIPPED.flatMap(([path]) =>
      globSync('**/*.{node,so,wasm}', { cwd: fileURLToPath(new URL(`${path}/`, ROOT)) }).map(
        (file) => `${path}/${file}`,
      ),
    );
    expect(found).toEqual([]);
  });

  test('what runs while it is built runs on the machine that builds it', () => {
    const stages = readFileSync(new URL('Dockerfile', ROOT), 'utf8')
      .split(/^(?=FROM )/m)
      .slice(1);
    expect(stages.length).toBe(3);
    for (const stage of stages.filter((each) => /^RUN /m.test(each))) {
      expect(stage).toMatch(/^FROM --platform=\$BUILDPLATFORM /);
    }
    // The last one is for the processor that is asked for.
    expect(stages.at(-1)).toMatch(/^FROM \$\{BASE\}\n/);
  });
});
