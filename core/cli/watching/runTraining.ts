import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { KitwrightError } from '@kitwright/core/internal';

/** Status of a program that a signal ended, as a shell reports it. */
const signalBase = 128;

/**
 * Runs the training command with our standard streams. The signal that stops us is passed on; on a terminal Ctrl-C
 * reaches the command by itself. Resolves with its exit status. Throws `usage` if it cannot be started.
 */
export function runTraining(command: readonly string[], stop: AbortSignal): Promise<number> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: 'inherit' });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const forward = () => {
    const signal = stop.reason instanceof KitwrightError ? (stop.reason.data['signal'] as NodeJS.Signals) : 'SIGTERM';
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  stop.addEventListener('abort', forward);
  process.once('exit', () => child.kill('SIGKILL'));
  child.on('error', (error) => reject(new KitwrightError('usage', `Cannot run ${program}.`, { cause: error })));
  child.on('exit', (code, signal) => resolve(code ?? signalBase + (signal ? constants.signals[signal] : 0)));
  return promise.finally(() => stop.removeEventListener('abort', forward));
}
