import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../log.ts';
import type { Answer, Route } from './answer.ts';
import { type Body, readBody } from './body.ts';
import type { ClientCheck } from './client-certificate.ts';
import { OUTCOMES } from './decision-summary.ts';
import type { Load } from './load.ts';
import type { WebhookMetrics } from './metrics.ts';
import { REFUSALS, type Refusal } from './refusal.ts';
import { type Reply, send, sendAndClose } from './reply.ts';

export type AdmissionHandlerOptions = {
  readonly answer: (body: Buffer, route: Route) => Answer | Promise<Answer>;
  readonly checkClient: ClientCheck;
  readonly maxBodyBytes: number;
  /** Whether connections are to end with their next answer. */
  readonly closing: () => boolean;
  readonly load: Load;
  readonly log: Log;
  readonly metrics: WebhookMetrics;
};

export type AdmissionHandler = (route: Route, request: IncomingMessage, response: ServerResponse) => void;

/** Longer names than the API allows come only from reviews that the API server would refuse. */
const MAX_NAME = 253;

/** FLOW 1 over HTTP: head, body, answer, response, and then what metrics and log are told. */
export function createAdmissionHandler(options: AdmissionHandlerOptions): AdmissionHandler {
  const { answer, checkClient, maxBodyBytes, closing, load, log, metrics } = options;

  const refused = (request: IncomingMessage, refusal: Refusal, detail = ''): Reply => {
    metrics.refused(refusal);
    log.debug('refused', { refusal, detail, client: request.socket.remoteAddress });
    const { status, headers, text } = REFUSALS[refusal];
    return { status, headers, type: 'text/plain; charset=utf-8', text: `${detail || text}\n` };
  };

  const report = ({ route, started }: Exchange, requestBytes: number, answered: Answered) => {
    const milliseconds = performance.now() - started;
    const measured = { route, seconds: milliseconds / 1000, requestBytes };
    if (answered.kind === 'malformed') {
      metrics.failed('malformed-review');
      metrics.answered({ ...measured, patchBytes: 0 });
      log.warn('malformed review', { route, problem: answered.problem });
      return;
    }
    const { uid, namespace, pod, summary, patchBytes } = answered;
    metrics.answered({ ...measured, patchBytes, summary });
    log.info(OUTCOMES[summary.outcome], {
      route,
      uid: uid.slice(0, MAX_NAME),
      namespace: namespace.slice(0, MAX_NAME),
      pod: pod.slice(0, MAX_NAME),
      reason: summary.reason,
      containers: summary.containers,
      hardened: summary.hardened,
      paths: summary.paths,
      ms: Math.round(milliseconds * 1000) / 1000,
    });
  };

  const reply = (response: ServerResponse, what: Reply) => {
    if (closing()) response.shouldKeepAlive = false;
    send(response, what);
  };

  const respond = (exchange: Exchange, bytes: Buffer, answered: Answer) => {
    const { request, response } = exchange;
    if (answered.kind === 'refused') {
      reply(response, refused(request, answered.refusal, answered.detail));
      return;
    }
    reply(response, { status: 200, headers: [], type: 'application/json', text: answered.text });
    report(exchange, bytes.length, answered);
  };

  /** The last net: what throws in an event listener ends the process. */
  const guard = <T>(response: ServerResponse, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      metrics.failed('answer');
      log.error('answering failed', { error: error instanceof Error ? error : String(error) });
      if (!response.headersSent) response.writeHead(500).end();
      return undefined;
    }
  };

  const finish = (exchange: Exchange, body: Body): void | Promise<void> => {
    const { route, request, response } = exchange;
    switch (body.kind) {
      case 'whole': {
        const answered = answer(body.bytes, route);
        if (!(answered instanceof Promise)) return respond(exchange, body.bytes, answered);
        return answered.then((late) => guard(response, () => respond(exchange, body.bytes, late)));
      }
      case 'overloaded':
        metrics.shed(body.because);
        return reply(response, refused(request, 'overloaded'));
      case 'too-large':
        return sendAndClose(request, response, refused(request, 'too-large'));
      case 'cut-off':
        return metrics.failed('cut-off');
    }
  };

  return (route, request, response) => {
    const started = performance.now();
    const refusal = checkClient(request.socket) ?? checkHead(request);
    if (refusal) return reply(response, refused(request, refusal));
    readBody(request, { maxBytes: maxBodyBytes, load }, (body) =>
      guard(response, () => finish({ route, request, response, started }, body)),
    );
  };
}

type Answered = Exclude<Answer, { kind: 'refused' }>;

type Exchange = {
  readonly route: Route;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** By performance.now(). */
  readonly started: number;
};

function checkHead({ method, headers }: IncomingMessage): Refusal | undefined {
  if (method !== 'POST') return 'not-post';
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return 'encoded';
  return isJson(headers['content-type']) ? undefined : 'not-json-type';
}

function isJson(type: string | undefined): boolean {
  return type === 'application/json' || /^application\/json *(; *charset="?utf-8"? *)?$/i.test(type ?? '');
}
