import { IMAGE_ROOT } from '../admission/seed.ts';
import { type ContainerPath, isWithin, parseContainerPath, realPath } from '../container-path.ts';
import { parentOf } from '../learning/directory-for.ts';
import { notMountable } from '../learning/not-mountable.ts';
import { isSharedDirectory } from './shared-directory.ts';

/** Copying more than this would make pods start slowly. */
const LARGEST_KIB = 64 * 1024;

/**
 * The directories that an image gives to a user of its own, or ships empty, by the last words of what copies its content:
 * whoever made the image had its program write there, though no log says so. Code and configuration are left read-only
 * all the same.
 */
export function ownDirectories(report: string): readonly ContainerPath[] {
  const listed = wholeLines(report).flatMap((line) => {
    const { size, path } = LINE.exec(line)?.groups ?? {};
    const parsed = parseContainerPath(withoutRoot(path ?? ''));
    return parsed !== undefined && Number(size) <= LARGEST_KIB ? [parsed] : [];
  });
  return distinct(sideBySide(listed).filter(isForData));
}

/** The kubelet keeps the last 4,096 bytes of a termination message: of the first line then, the size may be cut. */
function wholeLines(report: string): readonly string[] {
  const lines = report.split('\n');
  return report.length >= 4096 ? lines.slice(1) : lines;
}

/** The directory in which the image starts its program, where the report tells it. */
export function startDirectory(report: string): ContainerPath | undefined {
  const path = parseContainerPath(STARTS_IN.exec(report)?.[1] ?? '');
  return path !== undefined && path !== '/' ? path : undefined;
}

const STARTS_IN = /^in (\/[^\n]+)$/m;

/** As `du -sk` has it. */
const LINE = /^(?<size>\d{1,9})\s+(?<path>\/[^\n]+)$/;

function withoutRoot(path: string): string {
  return path.startsWith(`${IMAGE_ROOT}/`) ? path.slice(IMAGE_ROOT.length) : path;
}

/** Several in one directory are that directory: programs rename files from one to the other, which mounts forbid. */
function sideBySide(paths: readonly ContainerPath[]): readonly ContainerPath[] {
  return paths.map((path) => {
    const parent = parentOf(path);
    const siblings = paths.filter((other) => parentOf(other) === parent).length;
    return siblings > 1 && !isSharedDirectory(parent) && isForData(parent) ? parent : path;
  });
}

function distinct(paths: readonly ContainerPath[]): readonly ContainerPath[] {
  return [...new Set(paths)].filter(
    (path) => !paths.some((other) => other !== path && isWithin(realPath(path), realPath(other))),
  );
}

function isForData(path: ContainerPath): boolean {
  return FOR_DATA.test(path) && !OF_THE_SYSTEM.test(path) && notMountable(path) === undefined;
}

/**
 * Where programs and sites keep what changes (FHS 3.0, chapters 3 and 5), a name that says so, a directory within code
 * that is not that user's itself, or one of its own beside those of the system (/museum, /znc-data).
 */
const FOR_DATA =
  /^\/(?:var\/(?:lib|log|cache|spool|mail|opt)|home|srv)\/|^\/(?:app|code|usr\/src\/[^/]+|var\/www\/[^/]+|opt\/[^/]+)\/|^\/(?!(?:app|apps|application|bin|build|code|dist|function|home|html|lib|opt|project|public|rootlock|site|src|srv|web|work|workspace|www)$)[^/.]+$|\/(?:data|db|database|storage|uploads?|files|media|cache|logs?|te?mp)$/;

/** Of package and system managers, which no server runs, and what every image of a distribution has. */
const OF_THE_SYSTEM =
  /^\/var\/(?:[^/]+$|(?:lib|cache|log)\/(?:apt|dpkg|man|systemd|dnf|yum|apk|pacman|rpm|polkit-1|dbus|pam|ucf|python|dhcp|journal|private)(?:\/|$)|cache\/(?:adduser|ldconfig|debconf|fontconfig)(?:\/|$)|lib\/misc$|spool\/(?:lpd|mail)$)/;
