import { closedPipeExit } from './closedPipeExit.ts';

/**
 * The last resort: an error that nothing caught, or a command that can never end, is reported as a KitwrightError and
 * not by Node. Returns a function to call when the command has ended.
 */
export function reportCrashes(args: readonly string[]): () => void {
  let crashed = false;
  const crash = (error: unknown) => {
    // Later failures are consequences of the first.
    if (crashed) return;
    crashed = true;
    report(error, args).then(
      (status) => process.exit(status),
      () => process.exit(1),
    );
  };
  // A command that is running knows better what it waits for (orStuck.ts).
  const stuck = () => {
    if (process.listenerCount('beforeExit') === 1) crash(new Error('the command stopped before it had ended'));
  };
  process.on('uncaughtException', crash);
  process.on('beforeExit', stuck);
  return () => void process.off('beforeExit', stuck);
}

/** Returns the exit status. Imported here because few commands need it. */
async function report(error: unknown, args: readonly string[]): Promise<number> {
  const [{ ClosedPipe }, { reportUsage }] = await Promise.all([
    import('./output/Output.ts'),
    import('./reportUsage.ts'),
  ]);
  return error instanceof ClosedPipe ? closedPipeExit : reportUsage(error, undefined, args);
}
