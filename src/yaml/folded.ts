/** Lines of a scalar that goes on: one line end is a space, and each empty line between is a line end. */
export function folded(lines: readonly string[]): string {
  let value = lines[0] ?? '';
  let empty = 0;
  for (const line of lines.slice(1)) {
    if (line === '') empty++;
    else {
      value += empty === 0 ? ` ${line}` : `${'\n'.repeat(empty)}${line}`;
      empty = 0;
    }
  }
  return value;
}
