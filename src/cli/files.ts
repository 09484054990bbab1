import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Files } from './surroundings.ts';

/** The real file system, seen from a folder. */
export function createFiles(cwd: string): Files {
  const at = (path: string): string => resolve(cwd, path);
  return {
    kindOf(path) {
      const found = statSync(at(path), { throwIfNoEntry: false });
      if (found === undefined) return 'nothing';
      return found.isDirectory() ? 'folder' : 'file';
    },
    list: (folder) => listBelow(at(folder)).map((path) => join(folder, path)),
    read: (path) => readFile(at(path)),
    identity(path) {
      try {
        return realpathSync(at(path));
      } catch {
        return at(path);
      }
    },
    async write(path, text) {
      mkdirSync(dirname(at(path)), { recursive: true });
      await writeWhole(at(path), text, 0o666);
    },
    async replace(path, texts) {
      const target = realpathSync(at(path));
      if ((await readFile(target, 'utf8')) !== texts.old) {
        throw new Error('the file has changed since it was read');
      }
      await writeWhole(target, texts.new, (await stat(target)).mode);
    },
  };
}

/** Relative to the folder, sorted as a listing is. */
function listBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((one, other) =>
    one.name < other.name ? -1 : 1,
  );
  return entries.flatMap((entry) => {
    if (entry.isDirectory()) {
      if (entry.name.startsWith('.')) return [];
      return listBelow(join(folder, entry.name)).map((below) => join(entry.name, below));
    }
    const isFile = entry.isFile() || (entry.isSymbolicLink() && pointsToFile(join(folder, entry.name)));
    return isFile ? [entry.name] : [];
  });
}

function pointsToFile(link: string): boolean {
  return statSync(link, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** A reader sees the old file or the new one, never a half: written beside it under another name, then renamed. */
async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, text, { mode, flag: 'wx', flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
