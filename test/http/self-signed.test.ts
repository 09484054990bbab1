import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { issueCertificates } from '../../src/http/self-signed.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 1);
const NAMES = ['localhost', 'rootlock.rootlock-system.svc', '127.0.0.1', '::1'];

describe('certificates of our own making', () => {
  test('are signed by their authority, for the names asked for, on ECDSA P-256', async () => {
    const { authority, serving } = await issueCertificates({ names: NAMES, now: NOW, validDays: 30 });
    const [root, leaf] = [
      new X509Certificate(authority.certificate),
      new X509Certificate(serving.certificate),
    ];
    expect(leaf.verify(root.publicKey)).toBe(true);
    expect(leaf.checkIssued(root)).toBe(true);
    expect([root.ca, leaf.ca]).toEqual([true, false]);
    expect(leaf.subjectAltName).toBe(
      'DNS:localhost, DNS:rootlock.rootlock-system.svc, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    );
    expect(leaf.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(leaf.checkPrivateKey(createPrivateKey(serving.key))).toBe(true);
    expect(root.checkPrivateKey(createPrivateKey(authority.key))).toBe(true);
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  test('hold from a little before now, for so many days', async () => {
    const { serving } = await issueCertificates({ names: NAMES, now: NOW, validDays: 30 });
    const leaf = new X509Certificate(serving.certificate);
    expect(leaf.validFromDate.getTime()).toBe(NOW - 300_000);
    expect(leaf.validToDate.getTime()).toBe(NOW + 30 * DAY);
  });

  test('may be signed by an authority made earlier, but never outlive it', async () => {
    const first = await issueCertificates({ names: NAMES, now: NOW, validDays: 30 });
    const next = await issueCertificates({
      names: ['localhost'],
      now: NOW + 20 * DAY,
      validDays: 30,
      authority: first.authority,
    });
    const leaf = new X509Certificate(next.serving.certificate);
    expect(next.authority).toEqual(first.authority);
    expect(leaf.verify(new X509Certificate(first.authority.certificate).publicKey)).toBe(true);
    expect(leaf.validToDate.getTime()).toBe(NOW + 30 * DAY);
    expect(next.serving.key).not.toBe(first.serving.key);
  });

  test('have serial numbers and keys of their own each time', async () => {
    const wanted = { names: NAMES, now: NOW, validDays: 1 };
    const [one, other] = await Promise.all([issueCertificates(wanted), issueCertificates(wanted)]);
    const serial = ({ certificate }: { certificate: string }) =>
      new X509Certificate(certificate).serialNumber;
    const serials = [one.authority, one.serving, other.authority, other.serving].map(serial);
    expect(new Set(serials).size).toBe(4);
  });
});
