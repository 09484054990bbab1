import type { Api, ApiRequest } from '../api.ts';
import type { Term } from './term.ts';

/**
 * An API whose requests belong to a term. Each is checked at the last moment, when its connection stands and its first
 * byte would be sent: a process that was stopped between the decision and that moment does not write any more. What is
 * under way when the term is over is aborted.
 */
export function fence(api: Api, term: Term): Api {
  const fenced = (request: ApiRequest): ApiRequest => {
    term.check();
    const signal = request.signal ? AbortSignal.any([request.signal, term.over]) : term.over;
    return { ...request, signal, beforeSending: term.check };
  };
  return {
    json: async (request) => api.json(fenced(request)),
    text: async (request) => api.text(fenced(request)),
    open: async (request) => api.open(fenced(request)),
    now: api.now,
  };
}
