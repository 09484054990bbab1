import { describe, expect, test } from '@jest/globals';
import { issueCertificates } from '../../../src/http/self-signed.ts';
import {
  type Contents,
  dataOf,
  heldIn,
  readContents,
  signersOf,
} from '../../../src/kube/certificates/contents.ts';

const NOW = Date.UTC(2026, 5, 1);
const [one, two, three] = await Promise.all([pair(), pair(), pair()]);

async function pair() {
  const { authority, serving } = await issueCertificates({
    names: ['rootlock-webhook.rootlock.svc', '127.0.0.1'],
    now: NOW,
    validDays: 90,
  });
  return { authority: authority.certificate, serving };
}

const CONTENTS: Contents = {
  serving: one.serving,
  next: two.serving,
  authorities: [two.authority, one.authority, three.authority],
  changed: NOW,
};

function changed(key: string, value: string | undefined): unknown {
  return { ...dataOf(CONTENTS), [key]: value && Buffer.from(value).toString('base64') };
}

describe('readContents', () => {
  test('reads what dataOf wrote', () => {
    expect(readContents(dataOf(CONTENTS))).toEqual(CONTENTS);
    const { next: _, ...without } = CONTENTS;
    expect(readContents(dataOf(without))).toEqual(without);
  });

  test.each<{ why: string; data: unknown }>([
    { why: 'there is none', data: undefined },
    { why: 'it is empty', data: {} },
    { why: 'it is no object', data: 'x' },
    { why: 'the certificate is gone', data: changed('tls.crt', undefined) },
    { why: 'the certificate is garbled', data: changed('tls.crt', one.serving.certificate.slice(0, 200)) },
    { why: 'the key is gone', data: changed('tls.key', undefined) },
    { why: 'the key is garbled', data: changed('tls.key', 'garbled') },
    { why: "the key is another one's", data: changed('tls.key', two.serving.key) },
    { why: 'there is no authority', data: changed('ca.crt', undefined) },
    { why: 'the authorities are garbled', data: changed('ca.crt', one.authority.replaceAll('A', '!')) },
    { why: 'none of the authorities signed it', data: changed('ca.crt', three.authority) },
    { why: 'a serving certificate poses as its authority', data: changed('ca.crt', one.serving.certificate) },
    { why: 'a value is no text', data: { ...dataOf(CONTENTS), 'tls.crt': 7 } },
  ])('finds nothing to serve where $why', ({ data }) => {
    expect(readContents(data)).toBeUndefined();
  });

  test.each<{ why: string; data: unknown }>([
    { why: 'is garbled', data: changed('next-tls.crt', 'garbled') },
    { why: 'has no key', data: changed('next-tls.key', undefined) },
    { why: 'has a key of another', data: changed('next-tls.key', three.serving.key) },
    { why: 'is signed by nobody known', data: changed('ca.crt', one.authority) },
  ])('does without a next pair that $why', ({ data }) => {
    expect(readContents(data)).not.toHaveProperty('next');
    expect(readContents(data)).toMatchObject({ serving: one.serving });
  });

  test('knows no time where it is garbled', () => {
    expect(readContents(changed('changed', 'yesterday'))).toMatchObject({ changed: 0 });
  });
});

describe('heldIn', () => {
  test('tells the plan what there is', () => {
    const facts = {
      from: NOW - 5 * 60_000,
      until: NOW + 90 * 86_400_000,
      names: ['rootlock-webhook.rootlock.svc', '127.0.0.1'],
    };
    expect(heldIn(CONTENTS, true)).toEqual({
      stored: true,
      serving: facts,
      next: facts,
      oldAuthorities: true,
      changed: NOW,
    });
    expect(heldIn({ ...CONTENTS, authorities: [two.authority, one.authority] }, true).oldAuthorities).toBe(
      false,
    );
  });
});

test('signersOf leaves out whoever signed neither pair', () => {
  expect(signersOf(CONTENTS)).toEqual([two.authority, one.authority]);
});
