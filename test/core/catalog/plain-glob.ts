/** Repository globs by their definition, in as few words as possible: exponential, and only for short texts. */
export function plainlyMatches(pattern: string, repository: string): boolean {
  return segmentsMatch(pattern.split('/'), repository.split('/'));
}

function segmentsMatch([glob, ...globs]: readonly string[], segments: readonly string[]): boolean {
  if (glob === undefined) return segments.length === 0;
  if (glob === '**')
    return segments.some((_, at) => segmentsMatch(globs, segments.slice(at))) || segmentsMatch(globs, []);
  const [segment, ...rest] = segments;
  return segment !== undefined && charactersMatch(glob, segment) && segmentsMatch(globs, rest);
}

function charactersMatch(glob: string, text: string): boolean {
  if (glob === '') return text === '';
  if (glob.startsWith('*')) {
    return charactersMatch(glob.slice(1), text) || (text !== '' && charactersMatch(glob, text.slice(1)));
  }
  return glob[0] === text[0] && charactersMatch(glob.slice(1), text.slice(1));
}
