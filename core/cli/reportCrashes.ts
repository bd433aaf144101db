import { closedPipeExit } from './closedPipeExit.ts';

/**
 * The last resort: what nobody has caught, or nothing will ever end, is an error of ours like any other, and not a page
 * of Node's own. Gives what is called when the command has ended.
 */
export function reportCrashes(args: readonly string[]): () => void {
  let crashed = false;
  const crash = (error: unknown) => {
    // What goes wrong from here on follows from that.
    if (crashed) return;
    crashed = true;
    report(error, args).then(
      (status) => process.exit(status),
      () => process.exit(1),
    );
  };
  const stuck = () => crash(new Error('the command stopped before it had ended'));
  process.on('uncaughtException', crash);
  process.on('beforeExit', stuck);
  return () => void process.off('beforeExit', stuck);
}

/** Gives the exit status. Loaded here: hardly any command needs it. */
async function report(error: unknown, args: readonly string[]): Promise<number> {
  const [{ ClosedPipe }, { reportUsage }] = await Promise.all([
    import('./output/Output.ts'),
    import('./reportUsage.ts'),
  ]);
  return error instanceof ClosedPipe ? closedPipeExit : reportUsage(error, undefined, args);
}
