import { describe, expect, test } from '@jest/globals';
import { NAMESPACE_LABELS, readNamespacePolicy } from '../../../src/core/policy/namespace-policy.ts';

const DEFAULTS = {
  mode: 'off',
  unknownImages: 'leave',
  privileged: 'warn',
  explicitFalse: 'respect',
  dataPaths: 'mount',
  heal: 'auto',
  rollout: 'off',
};

const CHOICES = Object.entries(NAMESPACE_LABELS).flatMap(([choice, { label, values }]) =>
  values.map((value) => ({ choice, label, value })),
);

describe('readNamespacePolicy', () => {
  test.each(CHOICES)('reads $label: $value', ({ choice, label, value }) => {
    expect(readNamespacePolicy({ [label]: value, 'kubernetes.io/metadata.name': 'shop' })).toEqual({
      policy: { ...DEFAULTS, [choice]: value },
      problems: [],
    });
  });

  test.each([
    { labels: undefined },
    { labels: null },
    { labels: {} },
    { labels: { 'pod-security.kubernetes.io/enforce': 'restricted', 'example.com/mode': 'audit' } },
    { labels: JSON.parse('{"__proto__":{"rootlock.dev/mode":"enforce"}}') },
    { labels: Object.create({ 'rootlock.dev/mode': 'enforce' }) },
  ])('gives the defaults to $labels', ({ labels }) => {
    expect(readNamespacePolicy(labels)).toEqual({ policy: DEFAULTS, problems: [] });
  });

  test.each(['enforced', 'Enforce', ' enforce', '', 'true', 1, true, null, ['enforce'], {}, 'constructor'])(
    'counts the mode %j as off, and says so',
    (value) => {
      const { policy, problems } = readNamespacePolicy({ 'rootlock.dev/mode': value });
      expect(policy).toEqual(DEFAULTS);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain('label rootlock.dev/mode has the unknown value');
      expect(problems[0]).toContain('counts as off; write one of off, audit, enforce');
    },
  );

  test('keeps the other choices beside an unknown value', () => {
    expect(readNamespacePolicy({ 'rootlock.dev/mode': 'enforce', 'rootlock.dev/heal': 'never' })).toEqual({
      policy: { ...DEFAULTS, mode: 'enforce' },
      problems: [
        'label rootlock.dev/heal has the unknown value "never" and counts as auto; write one of auto, propose, off',
      ],
    });
  });

  test.each([
    { label: 'rootlock.dev/unknown-image', nearest: 'rootlock.dev/unknown-images' },
    { label: 'rootlock.dev/Mode', nearest: 'rootlock.dev/mode' },
    { label: 'rootlock.dev/priviledged', nearest: 'rootlock.dev/privileged' },
    { label: 'rootlock.dev/explicitfalse', nearest: 'rootlock.dev/explicit-false' },
  ])('names the label nearest to $label', ({ label, nearest }) => {
    expect(readNamespacePolicy({ [label]: 'deny' }).problems).toEqual([
      `unknown label "${label}": write ${nearest} instead, or remove it`,
    ]);
  });

  test('names all labels where none is near', () => {
    const [problem] = readNamespacePolicy({ 'rootlock.dev/colour': 'green' }).problems;
    expect(problem).toContain(
      'unknown label "rootlock.dev/colour": remove it, or write one of rootlock.dev/mode,',
    );
  });

  test('tells five unknown labels and counts the rest', () => {
    const labels = Object.fromEntries(
      Array.from({ length: 9 }, (_, at) => [`rootlock.dev/colour-${at}`, '']),
    );
    const { problems } = readNamespacePolicy(labels);
    expect(problems).toHaveLength(6);
    expect(problems[5]).toBe('4 more unknown labels begin with rootlock.dev/: remove them');
  });

  test.each([{ labels: 'rootlock.dev/mode=enforce' }, { labels: ['rootlock.dev/mode'] }, { labels: 7 }])(
    'gives the defaults to $labels, and says that it is no map',
    ({ labels }) => {
      expect(readNamespacePolicy(labels)).toEqual({
        policy: DEFAULTS,
        problems: ['the labels of the namespace are not a map of texts'],
      });
    },
  );

  test('cuts a long value and keeps it on one line', () => {
    const [problem] = readNamespacePolicy({ 'rootlock.dev/heal': `a\n${'b'.repeat(500)}` }).problems;
    expect(problem).not.toContain('\n');
    expect(problem?.length).toBeLessThan(200);
  });
});
