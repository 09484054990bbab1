import type { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import type * as X509 from '@peculiar/x509';
import './reflect-metadata.ts';

/** A certificate and its private key (PKCS #8), both PEM. */
export type KeyPair = { readonly certificate: string; readonly key: string };

export type Certificates = {
  /** What clients have to trust: the `caBundle` of a webhook configuration. */
  readonly authority: KeyPair;
  /** What the server shows. */
  readonly serving: KeyPair;
};

export type CertificatesWanted = {
  /** DNS names and IP addresses that clients call the server by; at least one. */
  readonly names: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly validDays: number;
  /** One made earlier, which goes on signing; a new one is made where it is absent. */
  readonly authority?: KeyPair;
};

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY = 86_400_000;
/** Clients' clocks may be behind ours. */
const BACKDATED = 5 * 60_000;

/** Loaded when it is needed: it takes long, and asks for what reflect-metadata.ts provides while it loads. */
const loadX509 = () => import('@peculiar/x509');

/** Makes a serving certificate (ECDSA P-256), signed by an authority that signs nothing else. */
export async function issueCertificates(wanted: CertificatesWanted): Promise<Certificates> {
  const authority = wanted.authority ?? (await createAuthority(wanted.now, wanted.validDays));
  return { authority, serving: await sign(authority, wanted) };
}

async function createAuthority(now: number, validDays: number): Promise<KeyPair> {
  const x509 = await loadX509();
  const keys = await createKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['Rootlock webhook authority'] }],
    keys,
    notBefore: new Date(now - BACKDATED),
    notAfter: new Date(now + validDays * DAY),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pem(certificate, keys.privateKey);
}

async function sign(authority: KeyPair, { names, now, validDays }: CertificatesWanted): Promise<KeyPair> {
  const x509 = await loadX509();
  const keys = await createKeys();
  const issuer = new x509.X509Certificate(authority.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: ['Rootlock webhook'] }],
    issuer: issuer.subjectName.toJSON(),
    publicKey: keys.publicKey,
    signingKey: await readKey(authority.key),
    notBefore: new Date(now - BACKDATED),
    notAfter: new Date(Math.min(now + validDays * DAY, issuer.notAfter.getTime())),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map(alternativeName)),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pem(certificate, keys.privateKey);
}

function alternativeName(name: string): X509.JsonGeneralName {
  return { type: isIP(name) === 0 ? 'dns' : 'ip', value: name };
}

async function createKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function readKey(text: string): Promise<webcrypto.CryptoKey> {
  const { PemConverter } = await loadX509();
  return crypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(text), ALGORITHM, false, ['sign']);
}

async function pem(certificate: X509.X509Certificate, key: webcrypto.CryptoKey): Promise<KeyPair> {
  const { PemConverter } = await loadX509();
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', key);
  return {
    certificate: `${certificate.toString('pem')}\n`,
    key: `${PemConverter.encode(pkcs8, PemConverter.PrivateKeyTag)}\n`,
  };
}
