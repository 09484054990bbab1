/** What a namespace chose by its labels, the defaults filled in. */
export type NamespacePolicy = {
  readonly mode: 'off' | 'audit' | 'enforce';
  readonly unknownImages: 'leave' | 'scratch' | 'deny';
  readonly privileged: 'warn' | 'deny' | 'remove';
  readonly explicitFalse: 'respect' | 'override' | 'deny';
  readonly dataPaths: 'mount' | 'ask';
  readonly heal: 'auto' | 'propose' | 'off';
};

export type ReadNamespacePolicy = {
  readonly policy: NamespacePolicy;
  /** One sentence for each label whose value is unknown; such a label counts as its default. */
  readonly problems: readonly string[];
};

export function readNamespacePolicy(_labels: unknown): ReadNamespacePolicy {
  throw new Error('not built yet');
}
