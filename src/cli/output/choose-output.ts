import type { Files } from '../surroundings.ts';
import { UsageError } from '../usage-error.ts';

export type Output<Format extends string> =
  | { readonly kind: 'format'; readonly format: Format }
  | { readonly kind: 'folder'; readonly path: string };

/** Words that look like a format: a folder of that name has to be written with its path. */
const FORMAT_WORDS = ['yaml', 'yml', 'json', 'diff', 'patch', 'sarif', 'table', 'name', 'wide', 'text'];

/** `-o` names one of the command's formats, or else a folder. What could be meant as either is refused. */
export function chooseOutput<Format extends string>(
  value: string,
  formats: readonly Format[],
  files: Pick<Files, 'kindOf'>,
): Output<Format> {
  const format = formats.find((each) => each === value);
  if (format !== undefined) {
    if (files.kindOf(value) !== 'folder') return { kind: 'format', format };
    throw new UsageError(
      `-o ${value} is a format, and there is a folder ${value} as well: write -o ./${value} for the folder, or run it elsewhere for the format`,
    );
  }
  if (FORMAT_WORDS.includes(value.toLowerCase())) {
    throw new UsageError(
      `-o ${value} is no format of this command: it takes ${formats.join(', ')} or a folder (write -o ./${value} for a folder of that name)`,
    );
  }
  if (files.kindOf(value) === 'file') {
    throw new UsageError(
      `-o ${value} is a file: name a folder, or let the shell write the file with > ${value}`,
    );
  }
  return { kind: 'folder', path: value };
}
