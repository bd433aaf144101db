import { spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Asks for the newest version in a process of its own, which no command waits for. */
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
