/** Parts of names that differ from run to run or from pod to pod, after security-profiles-operator. */
const RANDOM: readonly RegExp[] = [
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i, // uuid
  /\d{6,}/, // times, process ids, the temporary names of Go and Java
  /X{6,}/, // a template that was not filled in
  /-[0-9a-f]{8,10}-[0-9a-z]{5}(?:$|\W)/, // the pod of a Deployment
  /^te?mp[._-]?\w{6,}$/i,
];

/** True where a file or directory name has a random part, so that the next run will use another one. */
export function hasRandomPart(name: string): boolean {
  if (RANDOM.some((part) => part.test(name))) return true;
  const suffix = /[._-]([0-9A-Za-z]{6,64})$/.exec(name)?.[1] ?? '';
  return isMixed(suffix) || isHex(suffix);
}

/** The six letters of mkstemp and the like: neither a word nor words in camel case. */
function isMixed(text: string): boolean {
  return text.length <= 12 && changesOfClass(text) >= 3 && !/^[A-Z]?[a-z]+(?:[A-Z][a-z]+)*\d*$/.test(text);
}

/** How often letters turn into digits, or small letters into capitals: often in random text, seldom in words. */
function changesOfClass(text: string): number {
  const classes = Array.from(text, (letter) => (letter < ':' ? 0 : letter < '[' ? 1 : 2));
  return classes.filter((kind, at) => at > 0 && kind !== classes[at - 1]).length;
}

function isHex(text: string): boolean {
  return text.length >= 8 && /^[0-9a-f]+$/i.test(text) && /\d/.test(text) && /[a-f]/i.test(text);
}
