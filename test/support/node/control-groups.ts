import { mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = '/sys/fs/cgroup';
const goneWithinMs = 10_000;

/** Makes a control group in each hierarchy (there is one with version 2): a kubelet wants its root to exist. */
export function makeControlGroups(name: string): void {
  for (const hierarchy of hierarchies()) mkdirSync(join(hierarchy, name));
}

/** Those that exist, with all below them, deepest first. */
export function findControlGroups(name: string): string[] {
  return hierarchies().flatMap((hierarchy) => {
    const top = join(hierarchy, name);
    return isFolder(top) ? [...foldersBelow(top), top] : [];
  });
}

/** The kernel takes a moment to bury processes: until then their groups are busy. */
export async function removeControlGroups(name: string): Promise<void> {
  const deadline = Date.now() + goneWithinMs;
  for (;;) {
    for (const group of findControlGroups(name)) {
      try {
        rmdirSync(group);
      } catch {
        // Busy; the next round tries again, and whoever looks for leftovers finds what stays.
      }
    }
    if (findControlGroups(name).length === 0 || Date.now() > deadline) return;
    await sleep(100);
  }
}

/** The same as a shell command. */
export function removalOfControlGroups(name: string): string {
  return `find ${root} -depth -type d -path '*/${name}*' -exec rmdir {} +`;
}

function hierarchies(): string[] {
  if (isFile(join(root, 'cgroup.controllers'))) return [root];
  const names = readdirSync(root, { withFileTypes: true });
  return names.filter((entry) => entry.isDirectory()).map((entry) => join(root, entry.name));
}

function foldersBelow(folder: string): string[] {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap((entry) => {
    const path = join(folder, entry.name);
    return [...foldersBelow(path), path];
  });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
