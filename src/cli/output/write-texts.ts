import { join } from 'node:path';
import type { HardenedText } from '../harden/harden-text.ts';
import type { Files } from '../surroundings.ts';
import { UsageError } from '../usage-error.ts';
import type { Problem } from '../yaml/problem.ts';

/** The texts as one stream: a document of the next source never runs into the last one's. */
export function joined(texts: readonly HardenedText[]): string {
  return texts.reduce((stream, { text }) => {
    if (stream === '' || text === '') return stream + text;
    const ended = stream.endsWith('\n') ? stream : `${stream}\n`;
    return /^---(?:\s|$)/.test(text) ? ended + text : `${ended}---\n${text}`;
  }, '');
}

/** Writes each text below a folder, at its place in the input tree. */
export async function writeBelow(
  folder: string,
  texts: readonly HardenedText[],
  files: Files,
): Promise<Problem[]> {
  const targets = new Map<string, string>();
  for (const { source } of texts) {
    const target = join(folder, source.relative);
    const other = targets.get(target);
    if (other !== undefined) {
      throw new UsageError(
        `${source.name} and ${other} would both be written to ${target}: give them in two runs`,
      );
    }
    if (source.path !== undefined && files.identity(source.path) === files.identity(target)) {
      throw new UsageError(`-o ${folder} would overwrite ${source.name}: use --in-place for that`);
    }
    targets.set(target, source.name);
  }
  return attempt(texts, ({ source, text }) => files.write(join(folder, source.relative), text));
}

/** Puts each changed text in the place of its file. */
export async function writeInPlace(texts: readonly HardenedText[], files: Files): Promise<Problem[]> {
  const changed = texts.filter(({ source, text }) => text !== source.text);
  return attempt(changed, async ({ source, text }) => {
    if (source.path !== undefined) await files.replace(source.path, { old: source.text, new: text });
  });
}

/** One file that cannot be written does not stop the others. */
async function attempt(
  texts: readonly HardenedText[],
  write: (text: HardenedText) => Promise<void>,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const text of texts) {
    try {
      await write(text);
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error);
      problems.push({
        source: text.source.name,
        message: `could not be written: ${because}`,
        advice: 'nothing of it has changed; check the permissions and the disk, then run it again',
        excerpt: [],
      });
    }
  }
  return problems;
}
