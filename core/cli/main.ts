import { type Command, CommanderError } from 'commander';
import { closedPipeExit } from './closedPipeExit.ts';
import { loadProgram } from './loadProgram.ts';
import { normalizeFlags } from './options/normalizeFlags.ts';
import { reportCrashes } from './reportCrashes.ts';

/** Runs the command line of this process and sets its exit status. */
export async function main(args: readonly string[] = process.argv.slice(2)): Promise<void> {
  endOnClosedPipe();
  const ended = reportCrashes(args);
  let program: Command | undefined;
  try {
    program = await loadProgram(args);
    await program.parseAsync(normalizeFlags(program, args), { from: 'user' });
  } catch (error) {
    process.exitCode = isHelp(error) ? 0 : (await import('./reportUsage.ts')).reportUsage(error, program, args);
  } finally {
    ended();
  }
}

/** Help and version are written to a stream: errors come later as events, and must not become a stack trace. */
function endOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(closedPipeExit);
    process.stderr.write(`[ERROR] store-failed: Cannot write to standard output (${error.code ?? 'error'}).\n`);
    process.exit(1);
  });
}

/** Help is not an error, also if it is shown for a missing subcommand. */
function isHelp(error: unknown): boolean {
  return error instanceof CommanderError && (error.exitCode === 0 || error.code === 'commander.help');
}
