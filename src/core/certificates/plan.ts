/** What is looked at of a serving certificate: one that has its key, and one of the authorities beside it as signer. */
export type ServingFacts = {
  /** From when to when it is valid, in milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
  /** DNS names and IP addresses. */
  readonly names: readonly string[];
};

/** What the Secret, or in its absence the memory of a replica, holds. */
export type HeldCertificates = {
  /** False where the Secret is not there, or cannot be understood: what is held is then only in memory. */
  readonly stored: boolean;
  /** Undefined: none that could be served. */
  readonly serving: ServingFacts | undefined;
  /** Announced: its authority is to be trusted before it is served. */
  readonly next: ServingFacts | undefined;
  /** Whether there are authorities that signed neither of the two. */
  readonly oldAuthorities: boolean;
  /** When the last step was taken, in milliseconds since the epoch; 0 where nobody knows. */
  readonly changed: number;
};

export type CertificateRules = {
  /** What clients call the server by. */
  readonly names: readonly string[];
  /** Milliseconds that a certificate is made for. */
  readonly lifetimeMs: number;
  /** Milliseconds until whatever was written is known to all replicas and API servers. */
  readonly settleMs: number;
};

export type CertificateStep =
  /** Nothing to do before then, in milliseconds since the epoch. */
  | { readonly kind: 'keep'; readonly until: number }
  /** Make a pair, and serve it at once: there is none that could be served. */
  | { readonly kind: 'start' }
  /** Make the next pair, and have its authority trusted beside the present one. */
  | { readonly kind: 'announce' }
  /** Serve the next pair; the present authority stays trusted, for replicas that have not read it yet. */
  | { readonly kind: 'switch' }
  /** Trust old authorities no longer. */
  | { readonly kind: 'forget' };

/**
 * The next step in the life of a serving certificate and its authority. Every replica asks, and each step is one write
 * under optimistic locking, so that whoever comes first takes it and nobody has to lead:
 *
 * start -> (two thirds of its life) -> announce -> (settled, and in each caBundle) -> switch -> (settled) -> forget
 *
 * A Secret that was deleted or garbled while somebody still has the pair begins the round anew, without a gap:
 * deleting it is how people ask for new keys.
 */
export function nextStep(
  held: HeldCertificates,
  rules: CertificateRules,
  { now, published }: { readonly now: number; readonly published: boolean },
): CertificateStep {
  const { serving, next, oldAuthorities, stored } = held;
  if (!serving || !isUsable(serving, rules, now)) {
    return next && isUsable(next, rules, now) ? { kind: 'switch' } : { kind: 'start' };
  }
  if (!stored) return { kind: 'announce' };

  const settled = settledAt(held, rules, now);
  if (next) {
    if (!isUsable(next, rules, now)) return { kind: 'announce' };
    return now >= settled && published ? { kind: 'switch' } : { kind: 'keep', until: settled };
  }
  const renewal = renewalAt(serving, rules, now);
  if (oldAuthorities) {
    return now >= settled ? { kind: 'forget' } : { kind: 'keep', until: Math.min(settled, serving.until) };
  }
  return now >= renewal ? { kind: 'announce' } : { kind: 'keep', until: renewal };
}

/** A certificate that is not valid yet was made by a clock that was ahead. */
function isUsable({ from, until, names }: ServingFacts, rules: CertificateRules, now: number): boolean {
  return from <= now && now < until && rules.names.every((name) => names.includes(name));
}

/** A step from the future was taken by a clock that was ahead: nobody knows when it was. */
function settledAt({ changed }: HeldCertificates, { settleMs }: CertificateRules, now: number): number {
  return changed > now ? now : changed + settleMs;
}

/** At two thirds of its life; at once where it has more than twice the life that the settings give. */
function renewalAt({ from, until }: ServingFacts, { lifetimeMs }: CertificateRules, now: number): number {
  if (until - now > 2 * lifetimeMs) return now;
  return until - Math.min(until - from, lifetimeMs) / 3;
}
