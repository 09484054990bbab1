import { checkMountPath } from '../catalog/path-rules.ts';
import type { ContainerPath } from '../container-path.ts';

const DEEPEST = 16;

/**
 * Why a directory that a log names is not mounted, as a sentence whose subject is the path: the catalog's
 * rules and, since a log is its writer's text, nothing below the trees that hold only programs and libraries.
 */
export function notMountable(directory: ContainerPath): string | undefined {
  const checked = checkMountPath(directory);
  if (checked.kind === 'malformed') return checked.message;
  if (PROGRAMS.test(directory))
    return 'holds programs or libraries of the image: exempt the image if it writes there';
  return directory.split('/').length - 1 > DEEPEST ? `is more than ${DEEPEST} directories deep` : undefined;
}

const PROGRAMS =
  /^\/(?:boot|(?:usr\/(?:local\/)?)?s?bin|lib(?:32|64|x32)?|usr\/lib(?:32|64|x32|exec)?\/\w+-linux-(?:gnu|musl)\w*)(?:\/|$)/;
