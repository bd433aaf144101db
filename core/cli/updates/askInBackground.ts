import { spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Asks for the newest version in a separate process, for which no command waits. */
export function askInBackground(root: string): void {
  spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.resolve('#updates/check')), root], {
    cwd: root,
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
  })
    .on('error', () => undefined)
    .unref();
}
