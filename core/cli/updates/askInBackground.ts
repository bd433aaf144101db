import { spawn } from 'node:child_process';
import process from 'node:process';
import { isSea } from 'node:sea';
import { fileURLToPath } from 'node:url';

/** An executable that is started with this word in front runs `check.ts` and no command (`.ci/release/executable/boot.cjs`). */
const checkWord = 'kitwright:check-updates';

/** Asks for the newest version in a separate process, for which no command waits. */
export function askInBackground(root: string): void {
  const program = isSea() ? [checkWord] : [...process.execArgv, fileURLToPath(import.meta.resolve('#updates/check'))];
  spawn(process.execPath, [...program, root], {
    cwd: root,
    // Node's `fetch` uses the user's proxies only then; npm does so anyway.
    env: { ...process.env, NODE_USE_ENV_PROXY: '1' },
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
  })
    .on('error', () => undefined)
    .unref();
}
