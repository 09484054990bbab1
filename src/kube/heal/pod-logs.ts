import type { IncomingMessage } from 'node:http';
import { type Api, ApiError, type ApiRequest } from '../api.ts';

export type LogRequest = {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Of the run before the latest. */
  readonly previous: boolean;
  /** Only what was logged in so many seconds. */
  readonly sinceSeconds?: number;
};

/** A log's text, or that there is none to be had: the pod, its node or the log itself is gone. */
export type LogAnswer = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'none' };

/** Lines from the end: what a program says last before it ends is what it ended of. */
const LINES = 1_000;
const LAST_LINES = 100;
const TIMEOUT_MS = 10_000;

/** The API server cuts at the end what is beyond the limit: then the last lines are read once more by themselves. */
export async function readPodLog(api: Api, request: LogRequest, maxBytes: number): Promise<LogAnswer> {
  try {
    const text = await api.text(requestFor(request, { tailLines: LINES, limitBytes: maxBytes }));
    if (Buffer.byteLength(text) < maxBytes) return { kind: 'text', text: withoutExcuse(text) };
    const last = await api.text(requestFor(request, { tailLines: LAST_LINES, limitBytes: maxBytes }));
    return { kind: 'text', text: withoutExcuse(`${text}\n${last}`) };
  } catch (error) {
    if (isNoLog(error)) return { kind: 'none' };
    throw error;
  }
}

/**
 * What is logged from now on until the container ends, as long as it takes at most; what has come by then if the
 * connection breaks, since the pod goes away under it.
 */
export async function followPodLog(
  api: Api,
  request: LogRequest,
  {
    maxBytes,
    forMs,
    stop,
  }: { readonly maxBytes: number; readonly forMs: number; readonly stop: AbortSignal },
): Promise<LogAnswer> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(forMs)]);
  try {
    const stream = await api.open({
      ...requestFor(request, { follow: true, limitBytes: maxBytes }),
      signal,
    });
    return { kind: 'text', text: withoutExcuse(await textUntilEnd(stream, maxBytes)) };
  } catch (error) {
    if (isNoLog(error) || signal.aborted) return { kind: 'none' };
    throw error;
  }
}

function requestFor(
  { namespace, pod, container, previous, sinceSeconds }: LogRequest,
  query: Readonly<Record<string, string | number | boolean>>,
): ApiRequest {
  return {
    path: `/api/v1/namespaces/${namespace}/pods/${pod}/log`,
    query: { container, previous, ...(sinceSeconds !== undefined && { sinceSeconds }), ...query },
    timeoutMs: TIMEOUT_MS,
  };
}

async function textUntilEnd(stream: IncomingMessage, maxBytes: number): Promise<string> {
  stream.setEncoding('utf8');
  let text = '';
  try {
    for await (const chunk of stream) {
      text += chunk;
      if (text.length >= maxBytes) break;
    }
  } catch {
    // The container has ended, or its node has: what it said until then is what there is.
  }
  return text;
}

/**
 * The kubelet answers 200 with this and without a line break where a container's log is gone
 * (kubernetes pkg/kubelet/kuberuntime).
 */
const EXCUSE = /unable to retrieve container logs for [a-z-]+:\/\/[0-9a-f]{64}/g;

function withoutExcuse(text: string): string {
  return text.replaceAll(EXCUSE, '\n');
}

/** 400: the container has not started, or there was no run before; 404: it is gone; 500 and above: its node is away. */
function isNoLog(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 400 || error.status === 404 || error.status >= 500);
}
