import { ignoredSignals } from './ignoredSignals.ts';

/** With these, schedulers announce that the time is nearly up: Slurm (`--signal`), SGE (`-notify`), LSF, Kubernetes. */
const warnings: readonly NodeJS.Signals[] = ['SIGUSR1', 'SIGUSR2', 'SIGTERM'];

/** Calls back for each signal that announces the end. */
export function onWarning(listener: () => void): void {
  for (const signal of warnings.filter((name) => !ignoredSignals.includes(name))) process.on(signal, listener);
}
