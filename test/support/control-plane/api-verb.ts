export type ApiVerb =
  | 'get'
  | 'list'
  | 'watch'
  | 'create'
  | 'update'
  | 'patch'
  | 'delete'
  | 'deletecollection';

/** What a request to the API server does, in Kubernetes' own words: as RBAC rules and audit logs name it. */
export function apiVerb(method: string, url: URL): ApiVerb {
  const named = namesOneObject(url.pathname);
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return named ? 'delete' : 'deletecollection';
    default: {
      const watch = url.searchParams.get('watch');
      if (watch === 'true' || watch === '1') return 'watch';
      return named ? 'get' : 'list';
    }
  }
}

/** `/api/v1/nodes` and `/apis/apps/v1/namespaces/n/deployments` are collections; what is longer names an object. */
function namesOneObject(path: string): boolean {
  const [root, ...rest] = path.split('/').filter((segment) => segment !== '');
  const resource = root === 'api' ? rest.slice(1) : root === 'apis' ? rest.slice(2) : undefined;
  if (resource === undefined) return true;
  const inNamespace = resource[0] === 'namespaces' && resource.length > 2 ? resource.slice(2) : resource;
  return inNamespace.length !== 1;
}
