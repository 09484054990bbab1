import type { ContainerPath } from '../container-path.ts';
import { fnv1a } from '../fnv1a.ts';
import { remembering } from '../memo.ts';

const PREFIX = 'rootlock-';
/** RFC 1123 label, which volume and container names have to be. */
const MAX_LABEL = 63;

/** `rootlock-web-var-cache-nginx`: readable, at most 63 characters, and different from every name in `taken`. */
export function volumeName(container: string, path: ContainerPath, taken: ReadonlySet<string>): string {
  const name = usualName(path)(container);
  return taken.has(name) ? freeName(`${PREFIX}${container}${path}`, taken) : name;
}

/** By path and then by container, since to make one text of the two costs more than to find what is remembered. */
const usualName = remembering(
  (path) => remembering((container) => labelName(`${PREFIX}${container}${path}`), 100),
  1_000,
);

/** Whether a volume is one of ours, by its name: for the record and the reports, never for deciding what to mount. */
export function isOurVolume(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** The first of `text`, `text-2`, `text-3`, … as a label that is not taken. */
export function freeName(text: string, taken: ReadonlySet<string>): string {
  const base = labelName(text);
  if (!taken.has(base)) return base;
  for (let number = 2; ; number++) {
    const name = labelName(`${text}-${number}`);
    if (!taken.has(name)) return name;
  }
}

/** A label made of a text; one that is too long keeps its beginning and gets a hash of the whole. */
export function labelName(text: string): string {
  const label = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (label.length <= MAX_LABEL) return label;
  const hash = fnv1a(text).toString(36);
  return `${label.slice(0, MAX_LABEL - 1 - hash.length).replace(/-$/, '')}-${hash}`;
}
