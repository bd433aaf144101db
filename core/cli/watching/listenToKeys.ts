import type { ReadStream } from 'node:tty';

/** What a key does. */
export interface Key {
  readonly key: string;
  readonly does: string;
  readonly run: () => void;
}

const interrupt = '\x03';
const suspend = '\x1a';
const end = '\x04';

/**
 * Listens to single keys of a terminal, without Enter. Ctrl-C and Ctrl-Z work as usual, Ctrl-D quits. Disposing
 * restores the terminal.
 */
export function listenToKeys(keys: readonly Key[], input: ReadStream): Disposable {
  const actions = new Map(keys.map(({ key, run }) => [key, run]));
  const signal = (name: NodeJS.Signals) => process.kill(process.pid, name);
  const onSuspend = () => {
    input.setRawMode(false);
    signal('SIGTSTP');
  };
  const onContinue = () => input.setRawMode(true);
  const onData = (bytes: Buffer) => {
    for (const key of bytes.toString('latin1')) {
      if (key === interrupt) signal('SIGINT');
      else if (key === suspend) onSuspend();
      else actions.get(key === end ? 'q' : key)?.();
    }
  };
  input.setRawMode(true);
  input.on('data', onData);
  input.resume();
  process.on('SIGCONT', onContinue);
  return {
    [Symbol.dispose]: () => {
      process.off('SIGCONT', onContinue);
      input.off('data', onData);
      input.setRawMode(false);
      input.pause();
    },
  };
}

export function helpText(keys: readonly Key[]): readonly string[] {
  return keys.map(({ key, does }) => `  ${key}  ${does}`);
}
