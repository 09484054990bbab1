import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Refusal } from './refusal.ts';

/** Whether the client of a connection may send reviews: undefined where it may. */
export type ClientCheck = (socket: Socket) => Refusal | undefined;

export const anyClient: ClientCheck = () => undefined;

/**
 * Asks for a certificate that the TLS layer has verified, with one of the names (any where there are none). Probes
 * and metrics need none, so the handshake lets clients without one pass, and this decides, once a connection.
 */
export function clientsNamed(names: readonly string[]): ClientCheck {
  const decided = new WeakMap<Socket, { readonly refusal: Refusal | undefined }>();
  return (socket) => {
    const known = decided.get(socket);
    if (known) return known.refusal;
    const refusal = checkClient(socket, names);
    decided.set(socket, { refusal });
    return refusal;
  };
}

function checkClient(socket: Socket, names: readonly string[]): Refusal | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return 'no-certificate';
  if (names.length === 0) return undefined;
  const { subject, subjectaltname } = socket.getPeerCertificate();
  const shown = [commonName(subject?.CN), ...alternativeNames(subjectaltname)];
  return shown.some((name) => name !== undefined && names.includes(name)) ? undefined : 'wrong-certificate';
}

/** A list where the certificate has several, of which none is then to be trusted. */
function commonName(name: unknown): string | undefined {
  return typeof name === 'string' ? name : undefined;
}

/** Node quotes names with special characters, which could be made to look like further names: none is taken then. */
function alternativeNames(text: string | undefined): readonly string[] {
  if (text === undefined || text.includes('"')) return [];
  return text
    .split(', ')
    .map((name) => /^(?:DNS|URI|email):(.+)$/.exec(name)?.[1])
    .filter((name) => name !== undefined);
}
