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

/** Head and body in one write. */
export function send(response: ServerResponse, reply: Reply): void {
  response.end(writeHead(response, reply));
}

/**
 * For a request whose body is not read to its end: the connection cannot be used again. Closing it while bytes
 * still arrive would reset it, and the client might lose the answer, so for a while they are thrown away first.
 */
export function sendAndClose(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  response.shouldKeepAlive = false;
  response.write(writeHead(response, reply));
  const end = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER).unref();
  request.once('close', end).resume();
}

/** The head waits for the body, which is returned. */
function writeHead(response: ServerResponse, { status, headers, type, text }: Reply): Buffer {
  const body = Buffer.from(text);
  response.writeHead(status, ['content-type', type, 'content-length', String(body.length), ...headers]);
  return body;
}
