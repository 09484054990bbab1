const shared = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
};
const onControlPlane = ['<rootDir>/test/control-plane/**/*.test.ts', '**/*.cluster.test.ts'];
const oneControlPlane = {
  globalSetup: '<rootDir>/test/support/control-plane/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/control-plane/global-teardown.ts',
};
const oneNode = {
  globalSetup: '<rootDir>/test/support/node/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/node/global-teardown.ts',
};

/**
 * Three kinds of tests, each a project of its own: what needs nothing, what needs a real API server, and what needs a
 * real node (as root).
 * @type {import('jest').Config}
 */
export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/control-plane/', '\\.cluster\\.test\\.ts$'],
    },
    { ...shared, ...oneControlPlane, displayName: 'control-plane', testMatch: onControlPlane },
    { ...shared, ...oneNode, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.e2e.ts'] },
  ],
  collectCoverageFrom: ['src/**/*.ts'],
  coverageProvider: 'v8',
  coverageThreshold: { './src/core/': { lines: 95 } },
  testTimeout: 180_000,
  // Node 24 may spin for ever at its own end, in node::Environment::CleanupHandles, where both ends of a connection were
  // in the process. jest leaves by process.exit instead, which does not go there.
  forceExit: true,
};
