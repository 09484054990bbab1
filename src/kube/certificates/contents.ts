import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { HeldCertificates, ServingFacts } from '../../core/certificates/plan.ts';
import { isObject, type JsonObject, textOf } from '../../core/json.ts';

/** A certificate and its private key, both PEM. */
export type PemPair = { readonly certificate: string; readonly key: string };

/** What the Secret holds, checked: each pair fits together and is signed by one of the authorities. */
export type Contents = {
  readonly serving: PemPair;
  /** The pair that will be served next, once its authority is trusted. */
  readonly next?: PemPair;
  /** PEM certificates. Their keys are thrown away as soon as they have signed: nobody can sign with them again. */
  readonly authorities: readonly string[];
  /** When they were last changed, in milliseconds since the epoch; 0 where nobody knows. */
  readonly changed: number;
};

/** The keys of the Secret's data; the first three as in any Secret of type kubernetes.io/tls. */
const KEYS = {
  certificate: 'tls.crt',
  key: 'tls.key',
  authorities: 'ca.crt',
  nextCertificate: 'next-tls.crt',
  nextKey: 'next-tls.key',
  changed: 'changed',
} as const;

export const SECRET_TYPE = 'kubernetes.io/tls';

/** The Secret's data, base64 as the API wants it. */
export function dataOf({ serving, next, authorities, changed }: Contents): Record<string, string> {
  const texts = {
    [KEYS.certificate]: serving.certificate,
    [KEYS.key]: serving.key,
    [KEYS.authorities]: authorities.join(''),
    ...(next && { [KEYS.nextCertificate]: next.certificate, [KEYS.nextKey]: next.key }),
    [KEYS.changed]: new Date(changed).toISOString(),
  };
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
}

/** Undefined where nothing in it could be served: garbled, incomplete, or not signed by what is to be trusted. */
export function readContents(data: unknown): Contents | undefined {
  const texts: JsonObject = isObject(data) ? data : {};
  const text = (key: string) => Buffer.from(textOf(texts[key]) ?? '', 'base64').toString();
  const authorities = certificatesIn(text(KEYS.authorities));
  const serving = pairOf(text(KEYS.certificate), text(KEYS.key), authorities);
  if (!serving) return undefined;
  const next = pairOf(text(KEYS.nextCertificate), text(KEYS.nextKey), authorities);
  const changed = Date.parse(text(KEYS.changed));
  return { serving, ...(next && { next }), authorities, changed: Number.isNaN(changed) ? 0 : changed };
}

/** What the plan looks at. */
export function heldIn(contents: Contents | undefined, stored: boolean): HeldCertificates {
  if (!contents) {
    return { stored, serving: undefined, next: undefined, oldAuthorities: false, changed: 0 };
  }
  const { serving, next, authorities, changed } = contents;
  return {
    stored,
    serving: factsOf(serving, authorities),
    next: next && factsOf(next, authorities),
    oldAuthorities: signersOf(contents).length < authorities.length,
    changed,
  };
}

/** The authorities that signed what is served now or next. */
export function signersOf({ serving, next, authorities }: Omit<Contents, 'changed'>): readonly string[] {
  const signers = [serving, next].map(
    (pair) => pair && signerOf(new X509Certificate(pair.certificate), authorities),
  );
  return authorities.filter((authority) => signers.includes(authority));
}

function factsOf({ certificate }: PemPair, authorities: readonly string[]): ServingFacts | undefined {
  const x509 = new X509Certificate(certificate);
  const signer = signerOf(x509, authorities);
  if (signer === undefined) return undefined;
  const authority = new X509Certificate(signer);
  return {
    from: Math.max(x509.validFromDate.getTime(), authority.validFromDate.getTime()),
    until: Math.min(x509.validToDate.getTime(), authority.validToDate.getTime()),
    names: alternativeNames(x509),
  };
}

function pairOf(certificate: string, key: string, authorities: readonly string[]): PemPair | undefined {
  try {
    const x509 = new X509Certificate(certificate);
    const whole = x509.checkPrivateKey(createPrivateKey(key)) && signerOf(x509, authorities) !== undefined;
    return whole ? { certificate, key } : undefined;
  } catch {
    return undefined;
  }
}

function signerOf(certificate: X509Certificate, authorities: readonly string[]): string | undefined {
  return authorities.find((authority) => {
    const signer = new X509Certificate(authority);
    return certificate.checkIssued(signer) && certificate.verify(signer.publicKey);
  });
}

/** The certificates of a bundle that can be read, each with the line break at its end. */
function certificatesIn(bundle: string): readonly string[] {
  const blocks = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => `${block}\n`).filter(isCertificate);
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).ca;
  } catch {
    return false;
  }
}

/** `DNS:a.b, IP Address:127.0.0.1` */
function alternativeNames({ subjectAltName = '' }: X509Certificate): readonly string[] {
  return subjectAltName.split(', ').map((name) => name.slice(name.indexOf(':') + 1));
}
