import type { CliCommand } from '../command.ts';
import { catalog } from './catalog.ts';
import { explain } from './explain.ts';
import { harden } from './harden.ts';
import { scan } from './scan.ts';
import { serve } from './serve.ts';

/** In the order in which help tells of them. */
export const COMMANDS: readonly CliCommand[] = [harden, scan, explain, catalog, serve];
