const ENTITIES: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&apos;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
};
/** Of error pages, and of PHP's `html_errors`; `</srv/x>` is none. */
const HTML_TAG =
  /<\/?(?:b|br|code|div|em|font|h[1-6]|i|li|p|pre|span|strong|t[dhrt]|ul)(?: [^<>/]{0,100})? ?\/?>/gi;
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(["'/\\])|([nrt]))/g;
/** Text that was logged as JSON within JSON within a quoted field is escaped three times. */
const DEEPEST = 3;

/** A line whose JSON, logfmt, HTML or shell escapes are undone, split where it had escaped line breaks. */
export function unescaped(line: string): string[] {
  let text = withoutShellQuoting(line).replaceAll(HTML_TAG, '');
  for (let depth = 0; depth < DEEPEST && /\\(?:["'/nrt]|u00)/.test(text); depth += 1) {
    text = text.replaceAll(ESCAPE, (_all, code?: string, plain?: string, control?: string) =>
      code !== undefined
        ? String.fromCharCode(Number.parseInt(code, 16))
        : (plain ?? (control === 't' ? '\t' : '\n')),
    );
  }
  if (/&(?:quot|#34|#39|#x27|apos|lt|gt|amp);/.test(text)) {
    text = text.replaceAll(/&[a-z#0-9]{2,5};/g, (entity) => ENTITIES[entity] ?? entity);
  }
  return text.split('\n');
}

/** How GNU programs quote names: `'/srv/it'\''s'`, and `'/srv/'$'\303\274'` where the locale has no such letters. */
function withoutShellQuoting(line: string): string {
  if (!/'\\''|\\[23][0-7]{2}/.test(line)) return line;
  return line
    .replaceAll(/'\$'((?:\\[23][0-7]{2}){1,256})'(')?/g, (_all, bytes: string, goesOn?: string) =>
      goesOn === undefined ? `${bytes}'` : bytes,
    )
    .replaceAll(/(?:\\[23][0-7]{2}){1,256}/g, textOf)
    .replaceAll("'\\''", "'");
}

function textOf(octal: string): string {
  const bytes = octal
    .split('\\')
    .slice(1)
    .map((digits) => Number.parseInt(digits, 8));
  return new TextDecoder().decode(new Uint8Array(bytes));
}
