import type { ControlPlane } from '../../test/support/control-plane/start.ts';

const COUNT = /^apiserver_request_total\{([^}]*)\} (\d+)/gm;
const WRITES = new Set(['POST', 'PUT', 'PATCH', 'APPLY', 'DELETE', 'DELETECOLLECTION', 'CREATE', 'UPDATE']);

/** What the API server itself has counted of requests that change something, by resource; leases are not among them. */
export async function apiServerWrites(cluster: ControlPlane): Promise<ReadonlyMap<string, number>> {
  const { text } = await cluster.request({ path: '/metrics' });
  const counts = new Map<string, number>();
  for (const [, labels = '', count] of text.matchAll(COUNT)) {
    const label = (name: string) => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    if (!WRITES.has(label('verb')) || label('resource') === 'leases') continue;
    const resource = [label('resource'), label('subresource')].filter((part) => part !== '').join('/');
    counts.set(resource, (counts.get(resource) ?? 0) + Number(count));
  }
  return counts;
}

export function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
