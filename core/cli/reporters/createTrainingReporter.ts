import type { Reporter } from './Reporter.ts';

/**
 * For a terminal that a training writes to: no live lines, because they would erase what it printed. The training has
 * the terminal itself, so nobody knows where its last line ends: each message begins with a new line, so that it
 * neither glues to a progress bar nor overwrites one.
 */
export function createTrainingReporter(write: (text: string) => void): Reporter {
  return {
    event: () => undefined,
    around: (print) => {
      write('\n');
      print();
    },
    close: () => undefined,
  };
}
