import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/core/json.ts';
import { readPodAnnotations } from '../../../src/core/policy/pod-annotations.ts';

const NAMES = ['app', 'proxy'];

function read(annotations: JsonObject) {
  const { exempt, exemptContainers, writablePaths, problems } = readPodAnnotations(annotations, NAMES);
  return {
    exempt,
    exemptContainers: [...exemptContainers],
    writablePaths: Object.fromEntries(writablePaths),
    problems,
  };
}

const NOTHING = { exempt: false, exemptContainers: [], writablePaths: {}, problems: [] };

describe('readPodAnnotations', () => {
  test.each([
    { annotations: {}, want: {} },
    { annotations: { 'example.com/exempt': 'true' }, want: {} },
    { annotations: { 'rootlock.dev/hardened': '{"app":{}}' }, want: {} },
    { annotations: JSON.parse('{"__proto__":{"rootlock.dev/exempt":"true"}}'), want: {} },
    { annotations: Object.create({ 'rootlock.dev/exempt': 'true' }), want: {} },
    { annotations: { 'rootlock.dev/exempt': 'true' }, want: { exempt: true } },
    { annotations: { 'rootlock.dev/exempt': 'false' }, want: {} },
    { annotations: { 'rootlock.dev/exempt-containers': 'app' }, want: { exemptContainers: ['app'] } },
    {
      annotations: { 'rootlock.dev/exempt-containers': ' app , proxy,app,' },
      want: { exemptContainers: NAMES },
    },
    { annotations: { 'rootlock.dev/exempt-containers': '' }, want: {} },
    {
      annotations: {
        'rootlock.dev/writable-paths.app': '/data, /cache/',
        'rootlock.dev/writable-paths.proxy': '/tmp',
      },
      want: { writablePaths: { app: ['/data', '/cache'], proxy: ['/tmp'] } },
    },
    {
      annotations: { 'rootlock.dev/writable-paths.app': '/run/app,/var/run/app,/run//app' },
      want: { writablePaths: { app: ['/run/app'] } },
    },
    { annotations: { 'rootlock.dev/writable-paths.app': '' }, want: { writablePaths: { app: [] } } },
  ])('grants $annotations', ({ annotations, want }) => {
    expect(read(annotations)).toEqual({ ...NOTHING, ...want });
  });

  test.each(['True', 'yes', '1', '', true, null, {}])(
    'does not take %j for an exemption, and says so',
    (value) => {
      const { exempt, problems } = read({ 'rootlock.dev/exempt': value });
      expect(exempt).toBe(false);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain('annotation rootlock.dev/exempt has the unknown value');
    },
  );

  test.each([
    {
      annotations: { 'rootlock.dev/exempt-containers': 'app,sidecar,constructor' },
      problem:
        'annotation rootlock.dev/exempt-containers names "sidecar", "constructor", and the pod has only app, proxy',
      want: { exemptContainers: ['app'] },
    },
    {
      annotations: { 'rootlock.dev/writable-paths.sidecar': '/data' },
      problem:
        'annotation "rootlock.dev/writable-paths.sidecar" names no container of the pod: write one of app, proxy',
      want: {},
    },
    {
      annotations: { 'rootlock.dev/writable-paths.': '/data' },
      problem:
        'annotation "rootlock.dev/writable-paths." names no container of the pod: write one of app, proxy',
      want: {},
    },
    {
      annotations: { 'rootlock.dev/writable-paths.app': 'data,/cache' },
      problem:
        'annotation rootlock.dev/writable-paths.app names "data", which must be absolute; start it with /',
      want: { writablePaths: { app: ['/cache'] } },
    },
    {
      annotations: { 'rootlock.dev/writable-paths.app': '/da:ta' },
      problem:
        'annotation rootlock.dev/writable-paths.app names "/da:ta", which must not hold \':\' or control characters; Kubernetes cannot mount such a path',
      want: { writablePaths: { app: [] } },
    },
    {
      annotations: { 'rootlock.dev/exempt-container': 'app' },
      problem:
        'unknown annotation "rootlock.dev/exempt-container": write rootlock.dev/exempt-containers instead, or remove it',
      want: {},
    },
    {
      annotations: { 'rootlock.dev/writable-paths': '/data' },
      problem:
        'unknown annotation "rootlock.dev/writable-paths": remove it, or write one of rootlock.dev/exempt, ' +
        'rootlock.dev/exempt-containers, rootlock.dev/writable-paths.<container>',
      want: {},
    },
  ])('says what is wrong with $annotations', ({ annotations, problem, want }) => {
    expect(read(annotations)).toEqual({ ...NOTHING, ...want, problems: [problem] });
  });

  test.each(['/', '/etc', '/usr/bin', '/proc/self', '/data/../etc'])(
    'keeps %s read-only, and says so',
    (path) => {
      const { writablePaths, problems } = read({ 'rootlock.dev/writable-paths.app': path });
      expect(writablePaths).toEqual({ app: [] });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain(`annotation rootlock.dev/writable-paths.app names "${path}", which `);
    },
  );

  test('takes the first 32 paths of a container, and says so', () => {
    const paths = Array.from({ length: 40 }, (_, at) => `/data/${at}`);
    const { writablePaths, problems } = read({ 'rootlock.dev/writable-paths.app': paths.join(',') });
    expect(writablePaths.app).toEqual(paths.slice(0, 32));
    expect(problems).toEqual([
      'annotation rootlock.dev/writable-paths.app names 40 paths, and only the first 32 count: ' +
        'name directories above them, or write a WritablePathProfile',
    ]);
  });

  test.each([null, 7, ['/data'], { path: '/data' }])('grants nothing to the value %j', (value) => {
    expect(
      read({ 'rootlock.dev/writable-paths.app': value, 'rootlock.dev/exempt-containers': value }),
    ).toEqual({
      ...NOTHING,
      writablePaths: { app: [] },
    });
  });
});
