import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { findControlGroups } from './control-groups.ts';

/** What a stopped node has left on this computer, one line for each; empty is as it should be. */
export function findLeftovers({
  folder,
  controlGroup,
  link,
}: {
  readonly folder: string;
  readonly controlGroup: string;
  readonly link: string | undefined;
}): string[] {
  return [
    ...(existsSync(folder) ? [`the folder ${folder}`] : []),
    ...mountsBelow(folder),
    ...processesOf(folder),
    ...findControlGroups(controlGroup).map((path) => `the control group ${path}`),
    ...(link !== undefined && existsSync(`/sys/class/net/${link}`) ? [`the network link ${link}`] : []),
  ];
}

/** The first process of a namespace is the last to go. */
export function findProcess(pid: number): string[] {
  return existsSync(`/proc/${pid}`) ? [`the process ${pid}: ${read(`/proc/${pid}/cmdline`)}`] : [];
}

function mountsBelow(folder: string): string[] {
  const lines = readFileSync('/proc/mounts', 'utf8').split('\n');
  return lines.filter((line) => line.includes(folder)).map((line) => `the mount ${line}`);
}

/** Programs whose command line, root or working directory names the folder. */
function processesOf(folder: string): string[] {
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  )) {
    const facts = [read(`/proc/${pid}/cmdline`), readLink(`/proc/${pid}/cwd`), readLink(`/proc/${pid}/root`)];
    if (facts.some((fact) => fact.includes(folder))) found.push(`the process ${pid}: ${facts.join(' ')}`);
  }
  return found;
}

/** A process may end while we look. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

function readLink(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
