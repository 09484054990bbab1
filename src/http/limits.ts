/** What the server bears from a client, in milliseconds, bytes and counts. */
export type Limits = {
  readonly keepAliveTimeout: number;
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly connectionsCheckingInterval: number;
  readonly handshakeTimeout: number;
  readonly maxConnections: number;
  readonly maxHeaderSize: number;
  readonly maxRequestsPerSocket: number;
};

export const LIMITS: Limits = {
  // The API server keeps idle connections for 90 s and never retries a POST whose connection was closed
  // under it, so ours have to live longer (Node's default of 5 s loses reviews).
  keepAliveTimeout: 120_000,
  headersTimeout: 15_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 5_000,
  handshakeTimeout: 10_000,
  maxConnections: 1_000,
  maxHeaderSize: 16 * 1024,
  // Up to Kubernetes 1.36 the API server stays on the connections it has (kubernetes#75791): ending them now
  // and then lets new replicas get their share, at the price of one handshake in a thousand reviews.
  maxRequestsPerSocket: 1_000,
};
