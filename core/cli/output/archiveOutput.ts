import { errnoOf, KitwrightError } from '@kitwright/core/internal';
import { ClosedPipe, type Output } from './Output.ts';

/** Writes an archive to standard output, block after block, as fast as its reader takes them. Throws `usage` for a terminal. */
export function archiveOutput({ stdoutIsTerminal }: Pick<Output, 'stdoutIsTerminal'>) {
  if (stdoutIsTerminal)
    throw new KitwrightError('usage', 'An archive cannot be shown on a terminal: name a file, or a pipe.');
  return (block: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      process.stdout.write(block, (error) => {
        if (!error) resolve();
        else reject(errnoOf(error) === 'EPIPE' ? new ClosedPipe() : error);
      });
    });
}
