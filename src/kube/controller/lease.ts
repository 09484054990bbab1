import { isObject, type JsonObject, textOf } from '../../core/json.ts';
import { type Api, ApiError } from '../api.ts';

/** The Lease of the controller, in the namespace that it runs in. */
export const LEASE_NAME = 'rootlock-controller';

/** What a Lease says, as client-go's leader election reads and writes it (tools/leaderelection/resourcelock). */
export type Lease = {
  readonly resourceVersion: string;
  /** Empty where nobody holds it: released, or made by somebody else. */
  readonly holder: string;
  /** Milliseconds that it lasts after each renewal. */
  readonly durationMs: number;
  readonly acquireTime: string;
  /** How often it has passed from one holder to another. */
  readonly transitions: number;
};

/** The fields that a holder writes. */
export type LeaseRecord = Omit<Lease, 'resourceVersion'> & {
  /** Milliseconds since the epoch. */
  readonly renewed: number;
};

export type LeaseClient = {
  /** Undefined where there is none. */
  readonly read: () => Promise<Lease | undefined>;
  readonly create: (record: LeaseRecord) => Promise<Lease | 'taken'>;
  /** Only where the lease is still the one of that resource version. */
  readonly update: (resourceVersion: string, record: LeaseRecord) => Promise<Lease | 'taken'>;
};

export type LeaseClientOptions = {
  readonly api: Api;
  readonly namespace: string;
  readonly name: string;
  /** Milliseconds until an answer has to be there: short, so that several tries fit before the deadline. */
  readonly timeoutMs: number;
};

export function leasesPath(namespace: string): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
}

export function createLeaseClient({ api, namespace, name, timeoutMs }: LeaseClientOptions): LeaseClient {
  const path = leasesPath(namespace);
  const write = async (method: 'POST' | 'PUT', to: string, version: string, record: LeaseRecord) => {
    const body = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace, ...(version !== '' && { resourceVersion: version }) },
      spec: specOf(record),
    };
    try {
      return readLease(await api.json({ method, path: to, body, timeoutMs }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) return 'taken';
      throw error;
    }
  };
  return {
    read: async () => {
      try {
        return readLease(await api.json({ path: `${path}/${name}`, timeoutMs }));
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return undefined;
        throw error;
      }
    },
    create: (record) => write('POST', path, '', record),
    update: (version, record) => write('PUT', `${path}/${name}`, version, record),
  };
}

export function readLease(json: unknown): Lease {
  const object: JsonObject = isObject(json) ? json : {};
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const spec = isObject(object.spec) ? object.spec : {};
  return {
    resourceVersion: textOf(metadata.resourceVersion) ?? '',
    holder: textOf(spec.holderIdentity) ?? '',
    durationMs: typeof spec.leaseDurationSeconds === 'number' ? spec.leaseDurationSeconds * 1000 : 0,
    acquireTime: textOf(spec.acquireTime) ?? '',
    transitions: typeof spec.leaseTransitions === 'number' ? spec.leaseTransitions : 0,
  };
}

function specOf({ holder, durationMs, acquireTime, transitions, renewed }: LeaseRecord): JsonObject {
  return {
    holderIdentity: holder,
    leaseDurationSeconds: Math.max(1, Math.round(durationMs / 1000)),
    acquireTime: acquireTime === '' ? microTime(renewed) : acquireTime,
    renewTime: microTime(renewed),
    leaseTransitions: transitions,
  };
}

/** metav1.MicroTime: six digits, no more and no less. */
export function microTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}
