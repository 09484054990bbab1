const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * Parses a time as Kubernetes writes it (RFC 3339, upper case) into milliseconds since the epoch. Unlike
 * Date.parse, which it is built on, it refuses 30 February and 24:00.
 */
export function parseTimestamp(text: string): number | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour] = match.map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const time = Date.parse(text);
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour !== 24;
  return Number.isNaN(time) || !exists ? undefined : time;
}
