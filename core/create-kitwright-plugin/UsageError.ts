/** The arguments do not fit; the exit status is 2. */
export class UsageError extends Error {}
