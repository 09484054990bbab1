#!/usr/bin/env node
import { readBuiltinCatalog } from './builtin.ts';
import { COMMANDS } from './cli/commands/index.ts';
import { processSurroundings } from './cli/process-surroundings.ts';
import { run } from './cli/run.ts';

process.exitCode = await run(COMMANDS, process.argv.slice(2), processSurroundings(readBuiltinCatalog));
