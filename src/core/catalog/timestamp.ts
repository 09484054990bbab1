const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * Parses a time as Kubernetes writes it (RFC 3339, upper case) into milliseconds since the epoch. Unlike
 * Date.parse, which it is built on, it refuses 30 February and 24:00.
 */
export function parseTimestamp(text: string): number | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [, year = 0, month = 0, day = 0, hour] = match.map(Number);
  // A day that the month does not have would roll over into the next one.
  const exists = new Date(Date.UTC(year, month - 1, day)).getUTCMonth() === month - 1 && hour !== 24;
  const time = Date.parse(text);
  return exists && !Number.isNaN(time) ? time : undefined;
}
