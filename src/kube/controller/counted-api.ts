import { type Api, ApiError, type ApiRequest } from '../api.ts';
import type { ControllerMetrics } from './metrics.ts';
import type { RateLimit } from './rate-limit.ts';

/** Counts every request by what it asked for and what was answered. */
export function countCalls(api: Api, metrics: Pick<ControllerMetrics, 'apiCalled'>): Api {
  const counted = async <T>(request: ApiRequest, ask: () => Promise<T>): Promise<T> => {
    const { verb, resource } = askedFor(request);
    try {
      const answer = await ask();
      metrics.apiCalled(verb, resource, '2xx');
      return answer;
    } catch (error) {
      metrics.apiCalled(verb, resource, error instanceof ApiError ? String(error.status) : '');
      throw error;
    }
  };
  return {
    json: (request) => counted(request, () => api.json(request)),
    text: (request) => counted(request, () => api.text(request)),
    open: (request) => counted(request, () => api.open(request)),
    now: api.now,
  };
}

/** Holds requests back until the limit has a token for each. */
export function limitCalls(api: Api, limit: Pick<RateLimit, 'take'>, stop: AbortSignal): Api {
  const limited =
    <T>(ask: (request: ApiRequest) => Promise<T>) =>
    async (request: ApiRequest): Promise<T> => {
      await limit.take(request.signal ?? stop);
      return ask(request);
    };
  return { json: limited(api.json), text: limited(api.text), open: limited(api.open), now: api.now };
}

/** `/apis/apps/v1/namespaces/shop/deployments/web/status` is about deployments/status. */
function askedFor({ method = 'GET', path, query }: ApiRequest): { verb: string; resource: string } {
  const [plural = '', name, subresource] = path
    .replace(/^\/(api\/[^/]+|apis\/[^/]+\/[^/]+)\//, '')
    .replace(/^namespaces\/[^/]+\/(?!status$)/, '')
    .split('/');
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  if (method !== 'GET') return { verb: VERBS[method], resource };
  if (query?.watch === true) return { verb: 'watch', resource };
  return { verb: name === undefined ? 'list' : 'get', resource };
}

const VERBS = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const;
