import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The path of a program; undefined where it is missing. The folders of administrators' programs are looked at too: sudo
 * and cron leave them out at times.
 */
export function locate(program: string, path = process.env.PATH ?? ''): string | undefined {
  const folders = path === '' ? [] : [...path.split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, program)).find((file) => existsSync(file));
}

/** The packages of those programs that are missing, each once. */
export function missingPackages(packageOf: Readonly<Record<string, string>>, path: string): string[] {
  const missing = Object.entries(packageOf).filter(([program]) => locate(program, path) === undefined);
  return [...new Set(missing.map(([, name]) => name))];
}
