/** The command line was used wrongly: told in a sentence, with what to do, and exit code 2. */
export class UsageError extends Error {}
