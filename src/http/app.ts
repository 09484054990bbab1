import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Log } from '../log.ts';
import type { WebhookMetrics } from './metrics.ts';

/** One thing that has to hold before reviews may come here. */
export type ReadyCheck = {
  readonly name: string;
  readonly ok: boolean;
  /** What is missing, where it does not hold. */
  readonly because?: string;
};

export type AppOptions = {
  readonly ready: () => readonly ReadyCheck[];
  readonly metrics: Pick<WebhookMetrics, 'registry' | 'text'>;
  readonly log: Log;
};

const HELP = `This is the admission webhook of Rootlock. It answers
  POST /mutate   an AdmissionReview (admission.k8s.io/v1) with a patch
  POST /judge    an AdmissionReview with a verdict
  GET  /healthz  whether the process lives
  GET  /readyz   whether reviews may be sent here, check by check
  GET  /metrics  metrics for Prometheus
and nothing else.
`;

/** Everything but reviews: probes, metrics, and a word to those who have lost their way. Reads no bodies. */
export function createApp({ ready, metrics, log }: AppOptions): Express {
  const app = express().disable('x-powered-by').disable('etag');
  app.use((_request, response, next) => {
    response.type('text/plain').set({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    next();
  });
  app.get('/healthz', (_request, response) => {
    response.send('ok\n');
  });
  app.get('/readyz', (_request, response) => {
    const checks = ready();
    response.status(checks.every(({ ok }) => ok) ? 200 : 503).send(readyText(checks));
  });
  app.get('/metrics', async (_request, response) => {
    response.set('content-type', metrics.registry.contentType).send(await metrics.text());
  });
  app.use((_request, response) => {
    response.status(404).send(HELP);
  });
  // Express tells an error handler by its four parameters.
  app.use((error: Error, request: Request, response: Response, next: NextFunction) => {
    log.error('answering failed', { path: request.path, error });
    if (response.headersSent) return next(error);
    response.status(500).send('This failed inside Rootlock; its log says more.\n');
  });
  return app;
}

/** As the API server writes its own: `[+]catalog ok`. */
function readyText(checks: readonly ReadyCheck[]): string {
  const lines = checks.map(({ name, ok, because }) =>
    ok ? `[+]${name} ok` : `[-]${name} failed: ${because ?? 'not yet'}`,
  );
  const verdict = checks.every(({ ok }) => ok) ? 'readyz check passed' : 'readyz check failed';
  return `${[...lines, verdict].join('\n')}\n`;
}
