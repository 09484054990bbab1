import { createHash } from 'node:crypto';
import { FIELD_MANAGERS } from '../../../core/field-managers.ts';
import { isArray, isObject, type JsonObject, textOf } from '../../../core/json.ts';
import {
  REPORT_DIGEST_ANNOTATION,
  REPORT_KINDS,
  REPORT_NAME,
  type ReportKind,
  reportFor,
} from '../../../core/report/policy-report.ts';
import { ApiError } from '../../api.ts';
import { again, type Controller, type ControllerContext, DONE, type Reconciled } from '../controller.ts';
import { createPace } from '../pace.ts';

/** Milliseconds between two writes of one report. */
const LEAST_MS = 30_000;
/** Between two looks whether a kind of reports has been installed. */
const LOOK_MS = 5 * 60_000;
/** A page of reports, each of which may be large. */
const PAGE = 50;
/** The key of that look: no namespace is called so. */
const DETECT = '*';

/** Keeps a policy report in each namespace that has opted in, where the cluster knows such reports. Keys are namespaces. */
export function reportPolicies({ usage, reads, perform, clock, log }: ControllerContext): Controller {
  const pace = createPace(clock, LEAST_MS);
  let kind: ReportKind | undefined;
  /** Our reports as they are in the cluster, by namespace. */
  let written = new Map<string, Written>();
  let enqueueAll = () => {};

  return {
    name: 'policy-reports',
    concurrency: 4,
    watch: (enqueue) => {
      enqueueAll = () => {
        for (const namespace of new Set([...usage.byNamespace.groups(), ...written.keys()]))
          enqueue(namespace);
      };
      usage.whenComplete(() => enqueue(DETECT));
      return usage.subscribe(({ before, after }) => {
        const namespace = (after ?? before)?.namespace;
        if (kind !== undefined && namespace !== undefined) enqueue(namespace);
      });
    },
    reconcile: async (key) => (key === DETECT ? detect() : report(key)),
  };

  async function detect(): Promise<Reconciled> {
    const found = await installedKind();
    if (found !== kind) {
      kind = found;
      written = found === undefined ? new Map() : await ownReports(found);
      if (found !== undefined) log.info('policy reports', { kind: `${found.apiVersion} ${found.kind}` });
      enqueueAll();
    }
    return again(LOOK_MS);
  }

  async function report(namespace: string): Promise<Reconciled> {
    if (kind === undefined) return DONE;
    const known = written.get(namespace);
    const usages = usage.byNamespace.get(namespace);
    if (usages.size === 0 && known === undefined) return DONE;
    const early = pace.left(namespace);
    if (early > 0) return again(early);
    const object = reportFor(namespace, usages, kind);
    const digest = digestOf(object);
    if (usages.size > 0 && known?.digest === digest) return DONE;
    pace.begin(namespace);
    if (usages.size === 0) {
      await remove(namespace, kind, known?.uid ?? '');
      return DONE;
    }
    const metadata = isObject(object.metadata) ? object.metadata : {};
    const done = await perform({
      kind: 'apply',
      manager: FIELD_MANAGERS.controller,
      object: {
        ...object,
        metadata: { ...metadata, annotations: { [REPORT_DIGEST_ANNOTATION]: digest } },
      },
    });
    if (done.kind === 'done' && done.object !== undefined) written.set(namespace, writtenIn(done.object));
    return DONE;
  }

  /** Nobody in the namespace is looked at any more. */
  async function remove(
    namespace: string,
    { apiVersion, kind: name }: ReportKind,
    uid: string,
  ): Promise<void> {
    const target = { apiVersion, kind: name, namespace, name: REPORT_NAME, uid };
    await perform({ kind: 'delete', target });
    written.delete(namespace);
  }

  async function installedKind(): Promise<ReportKind | undefined> {
    for (const each of REPORT_KINDS) {
      try {
        const answer = await reads.json({ path: `/apis/${each.apiVersion}` });
        const resources = isObject(answer) && isArray(answer.resources) ? answer.resources : [];
        if (resources.some((resource) => isObject(resource) && resource.name === each.plural)) return each;
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 404) throw error;
      }
    }
    return undefined;
  }

  async function ownReports({ apiVersion, plural }: ReportKind): Promise<Map<string, Written>> {
    const found = new Map<string, Written>();
    const labelSelector = `app.kubernetes.io/managed-by=${FIELD_MANAGERS.controller}`;
    let next: string | undefined;
    do {
      const query = { labelSelector, limit: PAGE, continue: next };
      const answer = await reads.json({ path: `/apis/${apiVersion}/${plural}`, query });
      const page = isObject(answer) ? answer : {};
      for (const item of isArray(page.items) ? page.items.filter(isObject) : []) {
        const metadata = isObject(item.metadata) ? item.metadata : {};
        if (metadata.name === REPORT_NAME) found.set(textOf(metadata.namespace) ?? '', writtenIn(item));
      }
      next = isObject(page.metadata) ? textOf(page.metadata.continue) || undefined : undefined;
    } while (next !== undefined);
    return found;
  }
}

type Written = { readonly uid: string; readonly digest: string };

function writtenIn({ metadata }: JsonObject): Written {
  const { uid, annotations } = isObject(metadata) ? metadata : {};
  const digest = isObject(annotations) ? textOf(annotations[REPORT_DIGEST_ANNOTATION]) : undefined;
  return { uid: textOf(uid) ?? '', digest: digest ?? '' };
}

function digestOf(object: JsonObject): string {
  return createHash('sha256').update(JSON.stringify(object)).digest('hex').slice(0, 16);
}
