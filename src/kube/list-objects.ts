import { isArray, isObject, type JsonObject, textOf } from '../core/json.ts';
import type { Api } from './api.ts';

const PAGE = 500;

/** All objects of a list, page by page, each reduced to what is read of it. Rejects as the API does. */
export async function listObjects<T>(
  api: Pick<Api, 'json'>,
  path: string,
  read: (object: JsonObject) => T,
): Promise<readonly T[]> {
  const found: T[] = [];
  let next: string | undefined;
  do {
    const page = await api.json({ path, query: { limit: PAGE, continue: next }, timeoutMs: PATIENCE_MS });
    if (!isObject(page) || !isArray(page.items)) throw new Error(`GET ${path}: the answer is no list`);
    for (const item of page.items) if (isObject(item)) found.push(read(item));
    next = (isObject(page.metadata) && textOf(page.metadata.continue)) || undefined;
  } while (next !== undefined);
  return found;
}

const PATIENCE_MS = 60_000;
