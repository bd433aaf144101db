import { closedPipeExit } from './closedPipeExit.ts';

/** Runs the command line of this process and sets its exit status. */
export async function main(args: readonly string[] = process.argv.slice(2)): Promise<void> {
  endOnClosedPipe();
  // Scripts ask for it often: reading the command line would take as long as Node needs to start.
  if (args.length === 1 && args[0] === 'version') (await import('./printVersion.ts')).printVersion();
  else await (await import('./runProgram.ts')).runProgram(args);
}

/** Help and version are written to a stream: errors come later as events, and must not become a stack trace. */
function endOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(closedPipeExit);
    process.stderr.write(`[ERROR] store-failed: Cannot write to standard output (${error.code ?? 'error'}).\n`);
    process.exit(1);
  });
}
