import type { DocumentOptions, ParseOptions, ScalarTag, SchemaOptions } from 'yaml';

/**
 * kubectl reads YAML 1.1 (sigs.k8s.io/yaml): `on` is true, 0644 is octal, and `<<` merges. Only what manifests
 * use is taken from it; dates and base-60 numbers stay the texts and numbers that they look like.
 */
const BOOLEAN: ScalarTag = {
  identify: (value) => typeof value === 'boolean',
  default: true,
  tag: 'tag:yaml.org,2002:bool',
  test: /^(?:[Yy]es|YES|[Nn]o|NO|[Oo]n|ON|[Oo]ff|OFF)$/,
  resolve: (text) => /^(?:yes|on)$/i.test(text),
};

const OCTAL: ScalarTag = {
  identify: (value) => typeof value === 'number' && Number.isInteger(value),
  default: true,
  tag: 'tag:yaml.org,2002:int',
  format: 'OCT',
  test: /^0[0-7]+$/,
  resolve: (text) => Number.parseInt(text, 8),
};

export const PARSE_OPTIONS = {
  customTags: (tags) => [BOOLEAN, OCTAL, 'merge', ...tags],
  keepSourceTokens: true,
  logLevel: 'silent',
  prettyErrors: false,
} satisfies ParseOptions & DocumentOptions & SchemaOptions;

/** For the many documents that nothing is edited in: the value, and where its parts stand. */
export const READ_OPTIONS = { ...PARSE_OPTIONS, keepSourceTokens: false };
