/** Exit status if the reader of stdout closed the pipe, as a shell reports SIGPIPE. */
export const closedPipeExit = 141;
