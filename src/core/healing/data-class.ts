import type { ProfilePath } from '../catalog/profile.ts';
import { type ContainerPath, isWithin, realPath } from '../container-path.ts';

/**
 * What a directory that nobody described holds, by its name: the first row that matches. Users' data wait for a yes
 * where a namespace says `data-paths: ask`, and are reported otherwise, so that what may be data counts as data.
 */
export const DATA_CLASSES: readonly {
  readonly directory: RegExp;
  readonly class: ProfilePath['class'];
  readonly because: string;
}[] = [
  { directory: /^\/var\/log$/, class: 'Data', because: 'the logs of the whole system' },
  {
    directory: /^\/(?:tmp|run|var\/(?:tmp|cache|run|lock))(?:\/|$)/,
    class: 'Scratch',
    because: 'temporary files and caches (FHS 3.0)',
  },
  {
    directory:
      /(?:^|[/._-])(?:te?mp|caches?|logs?|locks?|pids?|sockets?|sessions?|work|run|__pycache__|npm|yarn|pip)(?:$|\/)/,
    class: 'Scratch',
    because: 'named for what may be lost',
  },
  {
    directory:
      /^\/var\/lib\/(?:nginx|apache2|httpd|php|haproxy|postfix|dhcp|chrony|ntp|sudo|pam|systemd|logrotate)(?:\/|$)/,
    class: 'Scratch',
    because: 'programs that keep only their own state there',
  },
  {
    directory: /^\/var\/(?:lib|db|opt|spool|mail|www|local|backups?)(?:\/|$)/,
    class: 'Data',
    because: 'state that lasts (FHS 3.0)',
  },
  {
    directory: /^\/(?:srv|home|root|mnt|media|export|etc)(?:\/|$)/,
    class: 'Data',
    because: 'data of the site and its users (FHS 3.0)',
  },
  {
    directory:
      /(?:^|[/._-])(?:data|db|database|storage|store|uploads?|files|media|backups?|repos?|repositories|volumes?|state|config|bitnami)(?:$|\/)/,
    class: 'Data',
    because: 'named for what is to last',
  },
  {
    directory: /^\/(?:app|code|workspace|usr\/src\/app|opt\/[^/]+)$/,
    class: 'Data',
    because: 'the program and what it keeps beside it',
  },
  {
    directory: /^\/[^/]+$/,
    class: 'Data',
    because: 'a top-level directory of its own, as images have for their data',
  },
];

/** VOLUMEs of the image are data: so its author says. */
export function dataClassOf(path: ContainerPath, volumes: readonly ContainerPath[]): ProfilePath['class'] {
  const real = realPath(path);
  if (volumes.some((volume) => isWithin(real, realPath(volume)))) return 'Data';
  return DATA_CLASSES.find(({ directory }) => directory.test(real))?.class ?? 'Scratch';
}
