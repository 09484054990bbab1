const LONGEST = 256;

/** What is kept of a log line as evidence: short, printable, and without the secrets that lines are known to carry. */
export function sampleOf(line: string, at: number): string {
  const start = Math.max(0, Math.min(at - LONGEST / 2, line.length - LONGEST));
  return SECRETS.reduce(
    (text, [secret, kept]) => text.replaceAll(secret, kept),
    line.slice(start, start + LONGEST),
  )
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim();
}

const SECRETS: readonly (readonly [secret: RegExp, kept: string])[] = [
  [/(:\/\/[^\s:@/]{0,64}:)[^\s@/]+@/g, '$1***@'],
  [/((?:passw(?:or)?d|pwd|token|secret|api[-_]?key)["']?[=:]["']?)[^\s"',;&]+/gi, '$1***'],
  [/(authorization["']?\s?[=:]\s?["']?)(?:(?:bearer|basic)\s)?[^\s"',;&]+/gi, '$1***'],
];
