import type { Action, Performed } from '../../core/action.ts';
import { isObject, type JsonObject } from '../../core/json.ts';
import { referenceTo } from '../../core/object-reference.ts';
import { type Api, ApiError, type ApiRequest } from '../api.ts';
import type { EventRecorder } from './event-recorder.ts';
import { objectPath } from './resource-path.ts';

/** Carries out an action. Rejects where the API server fails, or says what no action expects. */
export async function perform(
  action: Action,
  { api, events }: { readonly api: Api; readonly events: EventRecorder },
): Promise<Performed> {
  if (action.kind === 'tell') {
    const outcome = await events.tell(action.telling);
    return outcome === 'dropped' ? { kind: 'refused', because: 'too many events' } : { kind: 'done' };
  }
  try {
    const answer = await api.json(requestFor(action));
    return isObject(answer) ? { kind: 'done', object: answer } : { kind: 'done' };
  } catch (error) {
    const told = error instanceof ApiError ? outcomeOf(action, error) : undefined;
    if (told === undefined) throw error;
    return told;
  }
}

type Request = Exclude<Action, { kind: 'tell' }>;

function requestFor(action: Request): ApiRequest {
  switch (action.kind) {
    case 'apply':
      return applying(action, '');
    case 'apply-status':
      return applying(action, '/status');
    case 'patch':
      return {
        method: 'PATCH',
        path: objectPath(action.target),
        contentType: 'application/json-patch+json',
        body: action.operations,
      };
    case 'merge':
      return {
        method: 'PATCH',
        path: objectPath(action.target),
        contentType: 'application/merge-patch+json',
        body: action.patch,
      };
    case 'delete': {
      const { uid } = action.target;
      const version = action.resourceVersion;
      const preconditions = { uid, ...(version !== undefined && { resourceVersion: version }) };
      return { method: 'DELETE', path: objectPath(action.target), body: { preconditions } };
    }
    case 'evict': {
      const { namespace, name, uid } = action.pod;
      return {
        method: 'POST',
        path: `${objectPath(action.pod)}/eviction`,
        body: {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name, namespace },
          deleteOptions: { preconditions: { uid } },
        },
      };
    }
  }
}

function applying(action: { manager: string; object: JsonObject }, subresource: string): ApiRequest {
  const reference = referenceTo(action.object);
  if (reference === undefined) throw new Error('an object to apply needs an apiVersion, a kind and a name');
  return {
    method: 'PATCH',
    path: `${objectPath(reference)}${subresource}`,
    query: { fieldManager: action.manager, force: true },
    contentType: 'application/apply-patch+yaml',
    body: action.object,
  };
}

function outcomeOf(action: Request, error: ApiError): Performed | undefined {
  switch (error.status) {
    case 404:
      // An apply would have made the object: its namespace is gone.
      return { kind: 'gone' };
    case 409:
      return action.kind === 'evict' ? { kind: 'gone' } : { kind: 'changed' };
    case 429:
      if (action.kind !== 'evict') return undefined;
      return {
        kind: 'refused',
        because: error.message,
        ...(error.retryAfter !== undefined && { retryAfterMs: error.retryAfter * 1000 }),
      };
    default:
      return undefined;
  }
}
