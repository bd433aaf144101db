import { ignoredSignals } from './ignoredSignals.ts';

/** A command that starts a program with these signals ignored: a shell ignores them and then executes the program. */
export function ignoringCommand(command: readonly string[]): readonly string[] {
  if (ignoredSignals.length === 0) return command;
  return ['/bin/sh', '-c', `${ignoringLine()}exec "$@"`, 'sh', ...command];
}

/** The first line of a script for `sh`, so that its programs ignore these signals. */
export function ignoringLine(): string {
  const names = ignoredSignals.map((signal) => signal.slice('SIG'.length));
  return names.length ? `trap '' ${names.join(' ')}; ` : '';
}
