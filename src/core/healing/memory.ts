import { parseTimestamp } from '../catalog/timestamp.ts';
import { isObject, textOf } from '../json.ts';
import { parsedJson } from './parsed-json.ts';

/** What has to outlive the controller, of each workload that runs the image. Written together with the paths. */
export type Memory = ReadonlyMap<string, WorkloadMemory>;

export type WorkloadMemory = {
  /** Changes that were made for it since it last ran as it should. */
  readonly attempts: number;
  /** When something was last done for it, in milliseconds since the epoch, to the second. */
  readonly at: number;
  /** It failed unhardened as well: it is not stepped back for a second time. */
  readonly exonerated?: true;
  /** Its unhardened pods are to be replaced by hardened ones, now that nothing speaks against it any more. */
  readonly returning?: true;
};

export { HEALING_ANNOTATION as MEMORY_ANNOTATION } from '../observed/observed-profile.ts';
export const NO_MEMORY: Memory = new Map();
export const FORGOTTEN: WorkloadMemory = { attempts: 0, at: 0 };

/** Workloads of one image in one namespace that are remembered: the ones that were looked after last. */
const MOST = 16;

/** `{"deployment/web":{"attempts":2,"at":"2026-11-23T09:00:00Z"}}`. What cannot be read is forgotten. Never throws. */
export function readMemory(value: unknown): Memory {
  const json = parsedJson(textOf(value) ?? '');
  return new Map(
    Object.entries(isObject(json) ? json : {}).flatMap(([workload, entry]) => {
      if (!isObject(entry)) return [];
      const { attempts, exonerated, returning } = entry;
      const memory: WorkloadMemory = {
        attempts: typeof attempts === 'number' && attempts > 0 ? attempts : 0,
        at: parseTimestamp(textOf(entry.at) ?? '') ?? 0,
        ...(exonerated === true && { exonerated: true as const }),
        ...(returning === true && { returning: true as const }),
      };
      return [[workload, memory] as const];
    }),
  );
}

/** Undefined where there is nothing to remember. */
export function memoryText(memory: Memory): string | undefined {
  const entries = [...memory]
    .filter(([, { attempts, exonerated, returning }]) => attempts > 0 || exonerated || returning)
    .toSorted(([, one], [, other]) => other.at - one.at)
    .slice(0, MOST)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([workload, { at, ...rest }]) => [workload, { ...rest, at: timestamp(at) }] as const);
  return entries.length === 0 ? undefined : JSON.stringify(Object.fromEntries(entries));
}

export function remember(memory: Memory, workload: string, change: Partial<WorkloadMemory>): Memory {
  return new Map([...memory, [workload, { ...FORGOTTEN, ...memory.get(workload), ...change }]]);
}

/** RFC 3339, to the second. */
export function timestamp(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
