import { ignoredSignals } from './ignoredSignals.ts';

const passed: readonly NodeJS.Signals[] = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGXCPU',
  'SIGTSTP',
  'SIGCONT',
  'SIGWINCH',
];

/** A terminal sends these to the program itself, which may take a second one for impatience. */
const fromTerminal: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

/**
 * From now on the signals that reach us are passed on to a program, but for those that are to be ignored. Begin before
 * the program starts: it may be a while until we go on.
 */
export function passSignals(pass: (signal: NodeJS.Signals) => void): void {
  for (const signal of passed.filter((name) => !ignoredSignals.includes(name)))
    process.on(signal, function caught() {
      if (!process.stdin.isTTY || !fromTerminal.includes(signal)) pass(signal);
      if (signal === 'SIGTSTP') stopUs(caught);
    });
}

/** Stops us too, as the signal does where nobody catches it. We come back with SIGCONT. */
function stopUs(caught: () => void): void {
  process.off('SIGTSTP', caught);
  process.kill(process.pid, 'SIGTSTP');
  process.on('SIGTSTP', caught);
}
