import type { Log } from '../../src/log.ts';

/** For tests that do not look at what is logged. */
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {}
