import { finish } from '@kitwright/core/internal/builds';
import { reportError } from '../output/reportError.ts';
import type { Session } from '../Session.ts';
import { openForWriting } from './openForWriting.ts';
import { type Marks, marksVariable, openMarks } from './openMarks.ts';
import { runTraining } from './runTraining.ts';

/** The training command of a watch, if it has one, and what ends the watch. */
export interface Training extends Disposable {
  /**
   * Call it when a watch has begun: after the last watch has, the command starts. When the command ends, the watches
   * end after a last kit.
   */
  readonly start: () => void;
  /** The exit status of the command; undefined if it was not started. */
  readonly status: () => Promise<number> | undefined;
  /** The files that it has open for writing, by `fileId`. */
  readonly openFiles: () => ReadonlySet<string>;
  /** What it marked as complete below a directory. */
  readonly marksBelow: Marks['below'];
  /** Ends the watch. */
  readonly stop: AbortSignal;
}

/** With a command, the watches end when it ends, and signals go to it; without one, a signal ends the watches. */
export function createTraining(session: Session, command: readonly string[], watches: number): Training {
  const stop = new AbortController();
  const hasCommand = command.length > 0;
  const marks = hasCommand ? openMarks(session.stores().root) : undefined;
  let waiting = watches;
  let status: Promise<number> | undefined;
  let pid: number | undefined;
  const openFiles = () => (pid === undefined ? new Set<string>() : openForWriting(pid));
  const run = async (): Promise<number> => {
    const note = (started: number) => {
      pid = started;
    };
    const end = await runTraining(command, note, { ...process.env, [marksVariable]: marks?.folder });
    if (end.failure) reportError(end.failure, session.output, session.options);
    stop.abort(finish);
    return end.status;
  };
  const start = (): void => {
    waiting -= 1;
    if (waiting > 0) return;
    if (session.signal.aborted) stop.abort();
    else status = run();
  };
  if (!hasCommand) session.signal.addEventListener('abort', () => stop.abort());
  return {
    start: hasCommand ? start : () => undefined,
    status: () => status,
    openFiles,
    marksBelow: (directory) => marks?.below(directory) ?? [],
    stop: stop.signal,
    [Symbol.dispose]: () => marks?.[Symbol.dispose](),
  };
}
