import { X509Certificate } from 'node:crypto';
import type { TlsOptions } from 'node:tls';
import type { Config } from '../config.ts';

/** What is read from files, or made by ourselves; all PEM. */
export type TlsMaterial = {
  /** The serving certificate, with its chain. */
  readonly certificate: string;
  readonly key: string;
  /** Reviews are only taken from clients with a certificate of these authorities. */
  readonly clientAuthorities?: string;
};

/** AEAD with forward secrecy only, the cheapest first; what Go's client, the API server, speaks as well. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** All that a TLS context is made of: a reload replaces it as a whole. */
export function secureContextOptions(material: TlsMaterial, minVersion: Config['tlsMinVersion']): TlsOptions {
  return {
    cert: material.certificate,
    key: material.key,
    ...(material.clientAuthorities !== undefined && { ca: material.clientAuthorities }),
    minVersion,
    ciphers: CIPHERS,
    honorCipherOrder: true,
  };
}

/** When the serving certificate ends, in milliseconds since the epoch. */
export function expiryOf({ certificate }: TlsMaterial): number {
  return new X509Certificate(certificate).validToDate.getTime();
}
