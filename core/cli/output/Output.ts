import { writeSync } from 'node:fs';
import { errnoOf, escapeControls } from '@kitwright/core/internal';
import { isReadByCi, withoutCommands, withoutHashes } from './ciCommands.ts';

/** One line, or several: no character in a line can end it. */
export type Lines = string | readonly string[];

/**
 * Writes results and messages, and is the one place where text is escaped, also on a pipe: untrusted names cannot add
 * lines, such as rows of a table or commands of a CI log.
 */
export interface Output {
  /** Lines of a result on stdout. */
  readonly result: (lines: Lines) => void;
  /** Data on stdout (JSON, YAML, HTML), exact on a pipe, for a CI system in another form. A newline is added. */
  readonly document: (text: string) => void;
  /** Lines on stderr. */
  readonly message: (lines: Lines) => void;
  /** A line of our own for the CI system that reads stderr, which obeys it. */
  readonly command: (line: string) => void;
  /** Control sequences for the terminal behind stderr. */
  readonly raw: (text: string) => void;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  readonly color: boolean;
}

/** The reader of stdout closed the pipe: the command ends, without an error message. */
export class ClosedPipe extends Error {}

type Environment = Readonly<Record<string, string | undefined>>;

export function createOutput(env: Environment): Output {
  const stdoutIsTerminal = process.stdout.isTTY === true;
  const stderrIsTerminal = process.stderr.isTTY === true;
  const isRead = isReadByCi(env);
  const shown = (lines: Lines) => escapeLines(lines, isRead);
  return {
    stdoutIsTerminal,
    stderrIsTerminal,
    color: wantsColor(env, stderrIsTerminal),
    result: (lines) => writeAll(1, `${shown(lines)}\n`),
    document: (text) => {
      const exact = isRead && /^[[{]/.test(text) ? withoutHashes(text) : text;
      writeAll(1, `${stdoutIsTerminal ? escapeControls(exact, 'keep') : exact}\n`);
    },
    message: (lines) => tellStderr(`${shown(lines)}\n`),
    command: (line) => tellStderr(`${escapeControls(line)}\n`),
    raw: tellStderr,
  };
}

/** The text of lines, each escaped so that it stays one line; for a CI system also so that it is no command. */
export function escapeLines(lines: Lines, isReadByCi = false): string {
  const escaped = [lines].flat().map((line) => escapeControls(line));
  return (isReadByCi ? escaped.map(withoutCommands) : escaped).join('\n');
}

function wantsColor(env: Environment, terminal: boolean): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return terminal && env['TERM'] !== 'dumb';
}

const sleepCell = new Int32Array(new SharedArrayBuffer(4));

/** Writes everything synchronously, so that a full disk or a closed pipe is an error here and not after the exit. */
function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.byteLength; ) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      if (errnoOf(error) === 'EPIPE') throw new ClosedPipe();
      if (errnoOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(sleepCell, 0, 0, 5);
    }
  }
}

function tellStderr(text: string): void {
  try {
    writeAll(2, text);
  } catch {
    // If stderr is closed, there is no place to report it.
  }
}
