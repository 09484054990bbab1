import { type ContainerPath, realPath } from '../container-path.ts';

/** Directories that all programs share: too much to mount for one of them. */
const SHARED = /^\/(?:[^/]+|var\/(?:lib|log|cache|spool|opt|www|db|local)|usr\/[^/]+|usr\/local\/[^/]+)?$/;

export function isSharedDirectory(path: ContainerPath): boolean {
  return SHARED.test(realPath(path));
}
