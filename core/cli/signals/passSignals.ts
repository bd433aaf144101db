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

/** A terminal sends these to the program itself; passing them on too would count as a second Ctrl-C. */
const fromTerminal: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

/**
 * From now on passes our signals on to a program, except ignored ones. Call it before the program starts, so that no
 * signal is missed.
 */
export function passSignals(pass: (signal: NodeJS.Signals) => void): void {
  for (const signal of passed.filter((name) => !ignoredSignals.includes(name)))
    process.on(signal, function caught() {
      if (!process.stdin.isTTY || !fromTerminal.includes(signal)) pass(signal);
      if (signal === 'SIGTSTP') stopUs(caught);
    });
}

/** Suspends us too, as the uncaught signal would; SIGCONT resumes us. */
function stopUs(caught: () => void): void {
  process.off('SIGTSTP', caught);
  process.kill(process.pid, 'SIGTSTP');
  process.on('SIGTSTP', caught);
}
