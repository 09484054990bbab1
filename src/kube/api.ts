import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { text as textOfStream } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import { serverTime } from './server-time.ts';

export type ApiRequest = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/api/v1/namespaces` */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** `application/json` unless told: a PATCH says which kind it is. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds until the answer has to be complete, or, for `open`, its headers; 10 s unless told. */
  readonly timeoutMs?: number;
  /** Called when the connection stands and the first byte would go: what it throws, the request rejects with. */
  readonly beforeSending?: () => void;
};

/** Where the API server is, and what to show it: client-node's KubeConfig is one. */
export type ClusterAccess = {
  readonly getCurrentCluster: () => { readonly server: string } | null;
  /** Adds the credentials, renewed where they have to be, and the authority to trust. */
  readonly applyToHTTPSOptions: (options: RequestOptions) => Promise<void>;
};

/** A client of the API server that hides nothing: every status that is not 2xx rejects with an `ApiError`. */
export type Api = {
  readonly json: (request: ApiRequest) => Promise<unknown>;
  readonly text: (request: ApiRequest) => Promise<string>;
  /** The answer as it comes, for watches and logs that are followed. */
  readonly open: (request: ApiRequest) => Promise<IncomingMessage>;
  /**
   * Milliseconds since the epoch, by the API server's clock where ours is far from it. It is the one that certificates
   * are judged by, and the one that all replicas share.
   */
  readonly now: () => number;
};

/** What the API server answered in place of what was asked for. */
export class ApiError extends Error {
  readonly status: number;
  /** `AlreadyExists`, `Conflict`, `Expired`, …: metav1.StatusReason, or ''. */
  readonly reason: string;
  /** Seconds that the server asks to wait before another try. */
  readonly retryAfter: number | undefined;

  constructor(message: string, status: number, reason: string, retryAfter: number | undefined) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.reason = reason;
    this.retryAfter = retryAfter;
  }
}

const TIMEOUT_MS = 10_000;
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * Talks to the cluster that the configuration names, with its credentials (certificates, tokens that are renewed,
 * exec plugins). We do not use client-node's generated classes: they decode through types, and its watch and informer
 * end for good on errors (kubernetes-client/javascript#596, #3020).
 */
export function createApi(access: ClusterAccess, userAgent: string): Api {
  const cluster = access.getCurrentCluster();
  if (!cluster) throw new Error("no cluster is configured: the kubeconfig's current context names none");
  const server = new URL(cluster.server);
  let measured = { time: Date.now(), at: performance.now() };

  async function open(request: ApiRequest): Promise<IncomingMessage> {
    const options: RequestOptions = { headers: {} };
    await access.applyToHTTPSOptions(options);
    const timeout = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS);
    const sent = Date.now();
    const response = await send(server, request, options, userAgent, timeout);
    const time = serverTime(response.headers.date, { sent, answered: Date.now() });
    measured = { time, at: performance.now() };
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    throw await errorFrom(request, response);
  }

  async function text(request: ApiRequest): Promise<string> {
    const signal = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS);
    const response = await open({
      ...request,
      signal: request.signal ? AbortSignal.any([request.signal, signal]) : signal,
    });
    return textOfStream(response);
  }

  return {
    open,
    text,
    json: async (request) => JSON.parse(await text(request)),
    now: () => measured.time + performance.now() - measured.at,
  };
}

function send(
  server: URL,
  request: ApiRequest,
  options: RequestOptions,
  userAgent: string,
  untilHeaders: AbortSignal,
): Promise<IncomingMessage> {
  const url = new URL(server.pathname.replace(/\/$/, '') + request.path, server);
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
  return new Promise((resolve, reject) => {
    const call = httpsRequest(url, {
      ...options,
      method: request.method ?? 'GET',
      ...(request.signal && { signal: request.signal }),
      headers: {
        ...options.headers,
        accept: 'application/json',
        'user-agent': userAgent,
        ...(body && {
          'content-type': request.contentType ?? 'application/json',
          'content-length': body.length,
        }),
      },
    });
    const late = () => call.destroy(new Error(`${describe(request)}: no answer in time`));
    untilHeaders.addEventListener('abort', late);
    call.on('response', (response) => {
      untilHeaders.removeEventListener('abort', late);
      resolve(response);
    });
    call.on('error', (cause) => {
      untilHeaders.removeEventListener('abort', late);
      reject(new Error(describe(request), { cause }));
    });
    whenConnected(call, () => {
      request.beforeSending?.();
      call.end(body);
    });
  });
}

/** Nothing of a request is sent before it is ended. What the deed throws becomes the request's error. */
function whenConnected(call: ClientRequest, deed: () => void): void {
  const attempt = () => {
    try {
      deed();
    } catch (error) {
      call.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  };
  call.once('socket', (socket) => {
    if (isConnected(socket)) attempt();
    else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', attempt);
  });
}

/** A socket of a pool, or of a proxy's agent, is connected before the request gets it. */
function isConnected(socket: Socket): boolean {
  return !socket.connecting && !('secureConnecting' in socket && socket.secureConnecting === true);
}

async function errorFrom(request: ApiRequest, response: IncomingMessage): Promise<ApiError> {
  const status = response.statusCode ?? 0;
  const body = await beginningOf(response);
  const answer = parsed(body);
  const retryAfter = Number(response.headers['retry-after']);
  return new ApiError(
    `${describe(request)}: ${status} ${answer.message ?? body.slice(0, 200)}`,
    status,
    answer.reason ?? '',
    Number.isFinite(retryAfter) ? retryAfter : undefined,
  );
}

async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_ERROR_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(body: string): { message?: string; reason?: string } {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function describe({ method, path }: ApiRequest): string {
  return `${method ?? 'GET'} ${path}`;
}
