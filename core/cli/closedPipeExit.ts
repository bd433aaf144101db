/** Status of a program whose reader went away, as a shell reports SIGPIPE. */
export const closedPipeExit = 141;
