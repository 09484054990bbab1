import { isObject, type JsonObject } from '../json.ts';
import { quoted, unknownKeys } from './known-keys.ts';

/** What a namespace may choose by its labels, and the values of each choice, the default first. */
export const NAMESPACE_LABELS = {
  /** Off is what an absent label means, and may be written too. */
  mode: { label: 'rootlock.dev/mode', values: ['off', 'audit', 'enforce'] },
  unknownImages: { label: 'rootlock.dev/unknown-images', values: ['leave', 'scratch', 'deny'] },
  privileged: { label: 'rootlock.dev/privileged', values: ['warn', 'deny', 'remove'] },
  explicitFalse: { label: 'rootlock.dev/explicit-false', values: ['respect', 'override', 'deny'] },
  dataPaths: { label: 'rootlock.dev/data-paths', values: ['mount', 'ask'] },
  heal: { label: 'rootlock.dev/heal', values: ['auto', 'propose', 'off'] },
  /** Auto: the owners of pods that admission missed are restarted. */
  rollout: { label: 'rootlock.dev/rollout', values: ['off', 'auto'] },
} as const satisfies Record<
  string,
  { label: `rootlock.dev/${string}`; values: readonly [string, ...string[]] }
>;

type Choice = keyof typeof NAMESPACE_LABELS;
type ValueOf<C extends Choice> = (typeof NAMESPACE_LABELS)[C]['values'][number];

/** What a namespace chose by its labels, the defaults filled in. */
export type NamespacePolicy = { readonly [C in Choice]: ValueOf<C> };

export type ReadNamespacePolicy = {
  readonly policy: NamespacePolicy;
  /** One sentence for each label whose name or value is unknown; such a label counts as its default. */
  readonly problems: readonly string[];
};

/** Reads `metadata.labels` of a namespace, absent or malformed ones included. Never throws. */
export function readNamespacePolicy(labels: unknown): ReadNamespacePolicy {
  const problems: string[] = [];
  const given: JsonObject = isObject(labels) ? labels : {};
  if (labels != null && !isObject(labels))
    problems.push('the labels of the namespace are not a map of texts');

  const chosen = <C extends Choice>(choice: C): ValueOf<C> => {
    const { label, values } = NAMESPACE_LABELS[choice];
    const fallback: ValueOf<C> = values[0];
    if (!Object.hasOwn(given, label)) return fallback;
    const value = values.find((each): each is ValueOf<C> => each === given[label]);
    if (value !== undefined) return value;
    problems.push(
      `label ${label} has the unknown value ${quoted(given[label])} and counts as ${fallback}; ` +
        `write one of ${values.join(', ')}`,
    );
    return fallback;
  };

  const policy: NamespacePolicy = {
    mode: chosen('mode'),
    unknownImages: chosen('unknownImages'),
    privileged: chosen('privileged'),
    explicitFalse: chosen('explicitFalse'),
    dataPaths: chosen('dataPaths'),
    heal: chosen('heal'),
    rollout: chosen('rollout'),
  };
  const known = Object.values(NAMESPACE_LABELS).map(({ label }) => label);
  return { policy, problems: [...problems, ...unknownKeys(given, known, { what: 'label' })] };
}
