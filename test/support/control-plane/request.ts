import { type Agent, request as httpsRequest } from 'node:https';

export type ApiRequest = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, for example `/api/v1/namespaces?limit=1`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The kind of patch, for PATCH; JSON otherwise. */
  readonly contentType?: string;
  readonly token: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Keeps connections, for those who send thousands; else each request has its own, which no restart can break. */
  readonly agent?: Agent;
};

export type ApiResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
  /** The body as JSON; `undefined` where it is something else, such as a pod's log. */
  readonly body: unknown;
};

/** One request to an API server, answered with whatever status it gave; rejects when there is no answer. */
export function sendRequest(server: { url: string; ca: string }, sent: ApiRequest): Promise<ApiResponse> {
  const payload = sent.body === undefined ? undefined : JSON.stringify(sent.body);
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      new URL(sent.path, server.url),
      {
        method: sent.method ?? 'GET',
        ca: server.ca,
        agent: sent.agent ?? false,
        headers: {
          authorization: `Bearer ${sent.token}`,
          accept: 'application/json, */*',
          ...(payload === undefined
            ? {}
            : {
                'content-type': sent.contentType ?? 'application/json',
                'content-length': Buffer.byteLength(payload),
              }),
          ...sent.headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', reject);
        incoming.once('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const { statusCode: status = 0, headers } = incoming;
          resolve({ status, headers, text, body: parsedOrUndefined(text) });
        });
      },
    );
    outgoing.once('error', reject);
    outgoing.end(payload);
  });
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
