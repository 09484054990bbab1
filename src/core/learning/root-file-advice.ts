import type { ContainerPath } from '../container-path.ts';

/** What to do about a file directly below `/`, which no volume can make writable. */
export function rootFileAdvice(path: ContainerPath): string {
  const row = ADVICE.find(({ file }) => file.test(path));
  return `no volume can be mounted for the file ${path}: ${row?.advice ?? OTHERWISE}`;
}

const ADVICE: readonly { readonly file: RegExp; readonly advice: string }[] = [
  { file: /^\/\.dotnet/, advice: 'set DOTNET_CLI_HOME to a writable directory such as /tmp' },
  { file: /^\/\.npm|^\/_logs/, advice: 'set npm_config_cache to a writable directory such as /tmp/.npm' },
  {
    file: /^\/\./,
    advice: 'the program takes / for its home: set HOME to a writable directory such as /tmp',
  },
  { file: /^\/tmp[._-]?\w|^\/te?mp/, advice: 'set TMPDIR to a writable directory such as /tmp' },
];

const OTHERWISE =
  "set the program's path for it, or the container's workingDir, to a writable directory; else exempt the image";
