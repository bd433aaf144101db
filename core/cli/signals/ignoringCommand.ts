import { ignoredSignals } from './ignoredSignals.ts';

/** A command that ignores what we are to ignore: a shell does so, and becomes the program. */
export function ignoringCommand(command: readonly string[]): readonly string[] {
  if (ignoredSignals.length === 0) return command;
  return ['/bin/sh', '-c', `${ignoringLine()}exec "$@"`, 'sh', ...command];
}

/** What a script for `sh` begins with, so that its programs ignore what we are to ignore. */
export function ignoringLine(): string {
  const names = ignoredSignals.map((signal) => signal.slice('SIG'.length));
  return names.length ? `trap '' ${names.join(' ')}; ` : '';
}
