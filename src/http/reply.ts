import type { IncomingMessage, ServerResponse } from 'node:http';

export type Reply = {
  readonly status: number;
  /** Name, value, name, value, … as writeHead takes them. */
  readonly headers: readonly string[];
  readonly type: string;
  readonly text: string;
};

/** How long, in milliseconds, a client that sends too much is listened to, so that it gets to read why. */
const LINGER = 1_000;

/** Head and body in one write; of two texts Node makes one, and a text that is all ASCII costs least as latin1. */
export function send(response: ServerResponse, reply: Reply): void {
  const length = writeHead(response, reply);
  response.end(reply.text, length === reply.text.length ? 'latin1' : 'utf8');
}

/**
 * For a request whose body is not read to its end: the connection cannot be used again. Closing it while bytes
 * still arrive would reset it, and the client might lose the answer, so for a while they are thrown away first.
 */
export function sendAndClose(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  response.shouldKeepAlive = false;
  writeHead(response, reply);
  response.write(reply.text);
  const end = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER).unref();
  request.once('close', end).resume();
}

/** The head waits for the body, whose length in bytes is returned. */
function writeHead(response: ServerResponse, { status, headers, type, text }: Reply): number {
  const length = Buffer.byteLength(text);
  response.writeHead(status, ['content-type', type, 'content-length', String(length), ...headers]);
  return length;
}
