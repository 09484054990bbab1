import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { createAdmissionHandler } from './admission-handler.ts';
import { type Admit, createAnswer, type Route } from './answer.ts';
import { createApp, type ReadyCheck } from './app.ts';
import { answerBrokenRequest } from './broken-request.ts';
import { anyClient, clientsNamed } from './client-certificate.ts';
import { LIMITS, type Limits } from './limits.ts';
import { createLoad } from './load.ts';
import { registerGauges, type WebhookMetrics } from './metrics.ts';
import { createRepeatedPods } from './repeated-pods.ts';
import { expiryOf, secureContextOptions, type TlsMaterial } from './tls.ts';

export type WebhookServerOptions = {
  readonly admit: Admit;
  /** Changes with everything that decisions are made from besides the review: what was answered before is forgotten then. */
  readonly revision: () => number;
  readonly config: Pick<
    Config,
    | 'host'
    | 'port'
    | 'tlsMinVersion'
    | 'clientNames'
    | 'onError'
    | 'maxBodyBytes'
    | 'maxRequests'
    | 'maxBufferedBytes'
  >;
  readonly tls: TlsMaterial;
  readonly log: Log;
  readonly metrics: WebhookMetrics;
  /** Whether reviews may come: asked at each readiness probe. */
  readonly ready: () => readonly ReadyCheck[];
  readonly limits?: Limits;
};

export type WebhookServer = {
  /** Rejects where the address cannot be had. */
  readonly listen: () => Promise<AddressInfo>;
  /** From the next handshake on; open connections go on. Throws on PEM that cannot be used, and changes nothing. */
  readonly reloadTls: (tls: TlsMaterial) => void;
  /** Ends without losing a review; resolves when the last connection is closed. */
  readonly drain: (options: DrainOptions) => Promise<void>;
  /** Ends at once. */
  readonly stop: () => void;
};

export type DrainOptions = {
  /** How long clients may take to learn that they are to go elsewhere; until then, all goes on. */
  readonly graceMs: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
};

const ROUTES: ReadonlyMap<string, Route> = new Map([
  ['/mutate', 'mutate'],
  ['/judge', 'judge'],
]);

/** The webhook's HTTPS server: reviews by hand, since express would double their price; the rest by express. */
export function createWebhookServer(options: WebhookServerOptions): WebhookServer {
  const { admit, revision, config, log, metrics, ready, limits = LIMITS } = options;
  let draining = false;
  let expiry = expiryOf(options.tls);
  const mutual = options.tls.clientAuthorities !== undefined;
  const load = createLoad({ requests: config.maxRequests, bytes: config.maxBufferedBytes });

  const checks = () => [
    ...ready(),
    { name: 'not-draining', ok: !draining, because: 'the server is shutting down' },
  ];
  const app = createApp({ ready: checks, metrics, log });
  const handle = createAdmissionHandler({
    answer: createAnswer({
      admit,
      repeated: createRepeatedPods({ revision, now: () => performance.now() }),
      onError: config.onError,
      log,
      failed: () => metrics.failed('decision'),
    }),
    checkClient: mutual ? clientsNamed(config.clientNames) : anyClient,
    maxBodyBytes: config.maxBodyBytes,
    closing: () => draining,
    load,
    log,
    metrics,
  });

  const server = https.createServer(
    {
      ...secureContextOptions(options.tls, config.tlsMinVersion),
      ...limits,
      // The API server speaks HTTP/1.1 to webhooks, and express cannot speak HTTP/2.
      ALPNProtocols: ['http/1.1'],
      requestCert: mutual,
      rejectUnauthorized: false,
    },
    (request, response) => {
      if (draining) response.shouldKeepAlive = false;
      const route = ROUTES.get(pathOf(request));
      if (route) handle(route, request, response);
      else app(request, response);
    },
  );
  server.maxConnections = limits.maxConnections;
  server.maxRequestsPerSocket = limits.maxRequestsPerSocket;
  server.on('clientError', (error, socket) => {
    if (answerBrokenRequest(error, socket)) metrics.failed('bad-request');
  });
  server.on('tlsClientError', (error, socket) => {
    metrics.failed('handshake');
    log.debug('handshake failed', { error, client: socket.remoteAddress });
  });
  server.on('drop', () => metrics.failed('too-many-connections'));
  server.on('listening', () => server.on('error', (error) => log.error('server failed', { error })));

  // Our own list: Node's has no connection that is still shaking hands.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const closeAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  registerGauges(metrics.registry, [
    { name: 'rootlock_admission_in_flight', help: 'Reviews under way.', read: load.requests },
    { name: 'rootlock_admission_buffered_bytes', help: 'Bytes of unfinished reviews.', read: load.bytes },
    {
      name: 'rootlock_webhook_ready',
      help: '1 while reviews may be sent to this replica, as /readyz says; 0 otherwise.',
      read: () => Number(checks().every(({ ok }) => ok)),
    },
    { name: 'rootlock_webhook_connections', help: 'Open connections.', read: () => sockets.size },
    {
      name: 'rootlock_webhook_certificate_expiry_timestamp_seconds',
      help: 'When the serving certificate ends.',
      read: () => expiry / 1000,
    },
  ]);

  return {
    listen: () => listen(server, config),
    reloadTls(tls) {
      if ((tls.clientAuthorities !== undefined) !== mutual) {
        throw new Error('whether clients show certificates cannot change while the server runs');
      }
      const ends = expiryOf(tls);
      server.setSecureContext(secureContextOptions(tls, config.tlsMinVersion));
      expiry = ends;
    },
    async drain({ graceMs, sleep }) {
      draining = true;
      log.info('draining', { graceMs });
      await sleep(graceMs);
      await closeGently(server, limits.requestTimeout, closeAll);
      log.info('drained');
    },
    stop() {
      server.close();
      closeAll();
    },
  };
}

function listen(server: https.Server, { host, port }: { host: string; port: number }): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host !== '' && { host }) }, () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') {
        reject(new Error(`expected to listen on a port, but the address is ${address}`));
      } else resolve(address);
    });
  });
}

/** Takes no new connections, closes the idle ones, and gives reviews under way their time: after it they are too slow. */
function closeGently(server: https.Server, patience: number, closeAll: () => void): Promise<void> {
  return new Promise((resolve) => {
    // Once close() is called, Node looks neither for slow requests nor for connections that become idle.
    const timer = setTimeout(closeAll, patience).unref();
    const look = setInterval(() => server.closeIdleConnections(), 100).unref();
    server.close(() => {
      clearTimeout(timer);
      clearInterval(look);
      resolve();
    });
  });
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
