import type { CliCommand } from '../command.ts';
import { approve } from './approve.ts';
import { catalog } from './catalog.ts';
import { controller } from './controller.ts';
import { explain } from './explain.ts';
import { harden } from './harden.ts';
import { learn } from './learn.ts';
import { promote } from './promote.ts';
import { scan } from './scan.ts';
import { serve } from './serve.ts';
import { version } from './version.ts';
import { webhook } from './webhook.ts';

/** In the order in which help tells of them. */
export const COMMANDS: readonly CliCommand[] = [
  harden,
  scan,
  explain,
  catalog,
  learn,
  approve,
  promote,
  serve,
  webhook,
  controller,
  version,
];
