import { EROFS_PATTERNS, type ErofsPattern } from './erofs-patterns.ts';
import { EROFS_TRANSLATIONS } from './erofs-translations.ts';

/** The words for EROFS at a place of a line; neighbouring ones (`[Errno 30] Read-only file system`) are one. */
export type ErofsSighting = {
  readonly pattern: ErofsPattern;
  readonly start: number;
  readonly end: number;
};

export const TRANSLATED: ErofsPattern = {
  name: 'translated-strerror',
  seen: "mkdir: das Verzeichnis '/srv/a' kann nicht angelegt werden: Das Dateisystem ist nur lesbar",
  line: new RegExp(EROFS_TRANSLATIONS.map(({ text }) => text).join('|'), 'i'),
};

export const ALL_EROFS_PATTERNS: readonly ErofsPattern[] = [...EROFS_PATTERNS, TRANSLATED];

/** One pass that says no to nearly every line of a log. */
const ANY = new RegExp(ALL_EROFS_PATTERNS.map(({ line }) => line.source).join('|'), 'gi');
const MOST = 16;

/** Where a text speaks of EROFS, in order; at most 16 places. */
export function erofsSightings(text: string): ErofsSighting[] {
  const merged: ErofsSighting[] = [];
  for (const { index, 0: words } of text.matchAll(ANY)) {
    if (merged.length === MOST) break;
    const sighting = sightingOf(text, index, index + words.length);
    if (sighting === undefined) continue;
    const last = merged.at(-1);
    if (last !== undefined && touching(text.slice(last.end, sighting.start))) {
      merged[merged.length - 1] = { ...last, end: Math.max(last.end, sighting.end) };
    } else merged.push(sighting);
  }
  return merged;
}

/** The first row that reads the place: the pass above ignores case, and some rows do not. */
function sightingOf(text: string, start: number, end: number): ErofsSighting | undefined {
  const around = text.slice(Math.max(0, start - 4), end + 4);
  const pattern = ALL_EROFS_PATTERNS.find((row) => row.line.test(around));
  if (pattern === undefined || (pattern === TRANSLATED && GOES_ON.test(text.slice(end, end + 24))))
    return undefined;
  return { pattern, start, end };
}

/** No strerror: a sentence goes on (`只读文件系统需要 tmpfs`, `ist nur lesbar eingehängt`); `at FILE line N` is Perl's. */
const GOES_ON = /^(?!です|입니다|ment\b)\p{L}|^ (?!(?:at|in|on) )\p{L}/u;

function touching(gap: string): boolean {
  return gap.length <= 4 && /^["'\])}\s:,([{-]*$/.test(gap);
}
