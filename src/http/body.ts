import type { IncomingMessage } from 'node:http';
import type { Load } from './load.ts';

export type Body =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'overloaded'; readonly because: 'requests' | 'bytes' }
  /** The client went away, or was too slow: there is nobody to answer. */
  | { readonly kind: 'cut-off' };

/**
 * Reads a request's body, no byte of it where its declared length is over the limit or there is no room for it.
 * Calls `done` once, which must not fail; the place in `load` is held until `done` has ended.
 */
export function readBody(
  request: IncomingMessage,
  { maxBytes, load }: { readonly maxBytes: number; readonly load: Load },
  done: (body: Body) => void | Promise<void>,
): void {
  const refuse = (bytes: number): Body | undefined => {
    if (bytes > maxBytes) return { kind: 'too-large' };
    const because = load.enter(bytes);
    return because && { kind: 'overloaded', because };
  };
  const refusal = refuse(declaredLength(request));
  if (refusal) {
    void done(refusal);
    return;
  }

  const chunks: Buffer[] = [];
  let received = 0;
  let held = 0;
  let settled = false;
  const settle = (body: Body) => {
    if (settled) return;
    settled = true;
    const doing = done(body);
    if (doing instanceof Promise) void doing.then(() => load.leave(held));
    else load.leave(held);
  };
  request.on('data', (chunk: Buffer) => {
    if (settled) return;
    received += chunk.length;
    if (received > maxBytes) return settle({ kind: 'too-large' });
    const full = load.grow(chunk.length);
    if (full) return settle({ kind: 'overloaded', because: full });
    held = received;
    chunks.push(chunk);
  });
  request.on('end', () => settle(request.complete ? whole(chunks) : { kind: 'cut-off' }));
  request.on('close', () => settle({ kind: 'cut-off' }));
}

/** 0 where the body comes in chunks of unknown number. Node has checked that it is a number. */
function declaredLength({ headers }: IncomingMessage): number {
  return Number(headers['content-length'] ?? 0);
}

function whole(chunks: readonly Buffer[]): Body {
  const [first] = chunks;
  return { kind: 'whole', bytes: chunks.length === 1 && first ? first : Buffer.concat(chunks) };
}
