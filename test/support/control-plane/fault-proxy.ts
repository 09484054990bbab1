import { EventEmitter, on } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { apiVerb } from './api-verb.ts';
import type { ConnectionFacts } from './connection.ts';
import {
  expiredEvent,
  type Fault,
  garbledEvent,
  type Match,
  matches,
  type SeenRequest,
  statusObject,
} from './faults.ts';
import { openTcpGate, type TcpGate } from './tcp-gate.ts';

export type FaultProxy = Omit<TcpGate, 'port' | 'close'> & {
  /** Speaks with the API server's own certificate: use the same CA, tokens and paths. */
  readonly url: string;
  /** From now on, requests that match get this fault, at most `times` of them. Returns what ends it. */
  inject(fault: Fault, match?: Match, limit?: { readonly times: number }): () => void;
  /** Ends all faults that were injected, and silence; only `accept` ends what `refuse` began. */
  heal(): void;
  /** Tells the open watches that their version is too old (410), and ends them. */
  expireWatches(match?: Match): void;
  /** The requests so far, in order. */
  requests(match?: Match): readonly SeenRequest[];
  count(match?: Match): number;
  /** Resolves with the next request that matches, when it arrives. */
  nextRequest(match?: Match): Promise<SeenRequest>;
  stop(): Promise<void>;
};

type Rule = { readonly fault: Fault; readonly match: Match; left: number };
type Seen = { -readonly [Key in keyof SeenRequest]: SeenRequest[Key] };
type OpenWatch = { readonly seen: Seen; readonly expire: () => void };

/** A proxy in front of a control plane that fails as API servers and networks do, on demand. */
export async function startFaultProxy(target: ConnectionFacts): Promise<FaultProxy> {
  const rules = new Set<Rule>();
  const seenRequests: Seen[] = [];
  const watches = new Set<OpenWatch>();
  const arrivals = new EventEmitter<{ request: [SeenRequest] }>();
  const agent = new Agent({ keepAlive: true, ca: readFileSync(target.caFile) });

  const server = createServer(
    { cert: readFileSync(target.caFile), key: readFileSync(join(target.folder, 'apiserver.key')) },
    (incoming, outgoing) => {
      const url = new URL(incoming.url ?? '/', target.url);
      const seen: Seen = {
        verb: apiVerb(incoming.method ?? 'GET', url),
        path: url.pathname,
        query: url.search,
        at: Date.now(),
        status: undefined,
      };
      seenRequests.push(seen);
      arrivals.emit('request', seen);
      const rule = [...rules].find(({ match }) => matches(seen, match));
      if (rule === undefined) return passOn(seen, incoming, outgoing);
      rule.left -= 1;
      if (rule.left === 0) rules.delete(rule);
      return apply(rule.fault, seen, incoming, outgoing);
    },
  );

  function apply(fault: Fault, seen: Seen, incoming: IncomingMessage, outgoing: ServerResponse): void {
    switch (fault.kind) {
      case 'answer': {
        const { status, retryAfterSeconds } = fault;
        seen.status = status;
        incoming.resume();
        const retry = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
        outgoing.writeHead(status, { 'content-type': 'application/json', ...retry });
        outgoing.end(JSON.stringify(statusObject(status)));
        return;
      }
      case 'expired-watch':
        seen.status = 200;
        outgoing.writeHead(200, { 'content-type': 'application/json' });
        outgoing.end(expiredEvent());
        return;
      case 'garbled-watch':
        seen.status = 200;
        outgoing.writeHead(200, { 'content-type': 'application/json' });
        outgoing.write(garbledEvent);
        return;
      case 'silent':
        incoming.resume();
        return;
      case 'cut':
        outgoing.destroy();
        return;
      case 'delay': {
        const timer = setTimeout(() => passOn(seen, incoming, outgoing), fault.ms);
        outgoing.once('close', () => clearTimeout(timer));
        return;
      }
    }
  }

  function passOn(seen: Seen, incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method, headers } = incoming;
    const { host } = new URL(target.url);
    const onward = request(
      new URL(incoming.url ?? '/', target.url),
      { method, headers: { ...headers, host }, agent },
      (answer) => {
        seen.status = answer.statusCode;
        outgoing.writeHead(answer.statusCode ?? 502, withoutConnection(answer.headers));
        outgoing.flushHeaders();
        if (seen.verb === 'watch') relayWatch(seen, answer, outgoing);
        else answer.pipe(outgoing);
        answer.once('error', () => outgoing.destroy());
      },
    );
    onward.once('error', () => outgoing.destroy());
    outgoing.once('close', () => onward.destroy());
    incoming.pipe(onward);
  }

  /** An event is one line of JSON: ours is put between two of them. */
  function relayWatch(seen: Seen, answer: IncomingMessage, outgoing: ServerResponse): void {
    let betweenEvents = true;
    let expired = false;
    const endIfExpired = () => {
      if (!expired || !betweenEvents) return;
      outgoing.end(expiredEvent());
      answer.destroy();
    };
    const watch: OpenWatch = {
      seen,
      expire: () => {
        expired = true;
        endIfExpired();
      },
    };
    watches.add(watch);
    outgoing.once('close', () => watches.delete(watch));
    answer.on('data', (chunk: Buffer) => {
      if (outgoing.writableEnded) return;
      outgoing.write(chunk);
      betweenEvents = chunk.at(-1) === newline;
      endIfExpired();
    });
    answer.once('end', () => outgoing.end());
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { port: gatePort, close, ...gate } = await openTcpGate(port);
  return {
    ...gate,
    url: `https://127.0.0.1:${gatePort}`,
    inject: (fault, match = {}, { times } = { times: Number.POSITIVE_INFINITY }) => {
      const rule: Rule = { fault, match, left: times };
      rules.add(rule);
      return () => {
        rules.delete(rule);
      };
    },
    heal: () => {
      rules.clear();
      gate.resume();
    },
    expireWatches: (match = {}) => {
      for (const watch of watches) if (matches(watch.seen, match)) watch.expire();
    },
    requests: (match = {}) => seenRequests.filter((seen) => matches(seen, match)),
    count: (match = {}) => seenRequests.filter((seen) => matches(seen, match)).length,
    nextRequest: async (match = {}) => {
      for await (const [seen] of on(arrivals, 'request')) if (matches(seen, match)) return seen;
      throw new Error('the proxy emits requests without end');
    },
    stop: async () => {
      await close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}

const newline = 0x0a;

function withoutConnection({
  connection: _,
  ...headers
}: IncomingMessage['headers']): IncomingMessage['headers'] {
  return headers;
}
