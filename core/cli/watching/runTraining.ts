import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { errnoOf, KitwrightError } from '@kitwright/core/internal';
import { ignoringCommand } from '../signals/ignoringCommand.ts';
import { passSignals } from '../signals/passSignals.ts';

/** How a training ended: its exit status as a shell reports it, and why it could not be started. */
export interface TrainingEnd {
  readonly status: number;
  readonly failure?: KitwrightError;
}

/** Status of a program that a signal ended, as a shell reports it. */
const signalBase = 128;

/**
 * Runs the training command with our standard streams; signals are passed on to it. `onPid`
 * gets its process id. Never rejects.
 */
export function runTraining(
  command: readonly string[],
  onPid: (pid: number) => void,
  env: NodeJS.ProcessEnv,
): Promise<TrainingEnd> {
  const [program = '', ...args] = ignoringCommand(command);
  passSignals((signal) => child.kill(signal));
  const child = spawn(program, args, { stdio: 'inherit', env });
  if (child.pid !== undefined) onPid(child.pid);
  process.once('exit', () => child.kill('SIGKILL'));
  const { promise, resolve } = Promise.withResolvers<TrainingEnd>();
  // The event also comes if a signal could not be passed on (EPERM, another user's process); then the training
  // continues.
  child.on('error', (error) => child.pid ?? resolve(notStarted(command, error)));
  child.on('exit', (code, signal) =>
    resolve({ status: code ?? signalBase + (signal ? constants.signals[signal] : 0) }),
  );
  return promise;
}

/** Exit statuses of a shell for a command that does not exist, and for one that cannot be run (POSIX, Shell, 2.8.2). */
const [missing, notRun] = [127, 126];

function notStarted([program = '']: readonly string[], error: Error): TrainingEnd {
  const errno = errnoOf(error) ?? 'error';
  const why = reasons[errno] ?? 'the system refuses';
  const failure = new KitwrightError('command-not-run', `Cannot run ${program}: ${why} (${errno}).`, {
    data: { program, errno },
    cause: error,
  });
  return { status: errno === 'ENOENT' ? missing : notRun, failure };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such command, or not the interpreter that its first line names',
  EACCES: 'it is not executable, or you may not run it',
};
