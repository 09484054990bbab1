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
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(["'/\\])|([nrt]))/g;
/** Text that was logged as JSON within JSON within a quoted field is escaped three times. */
const DEEPEST = 3;

/** A line whose JSON, logfmt or HTML escapes are undone, split where it had escaped line breaks. */
export function unescaped(line: string): string[] {
  let text = line;
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
