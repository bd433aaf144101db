import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { cliPath, nodePath } from './runCli.ts';

/** A `PATH` in which the installed command is `kitwright`, as in a container; its file is written below the folder. */
export function commandFolder(folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'kitwright'), `#!/bin/sh\nexec "${nodePath}" "${cliPath}" "$@"\n`);
  chmodSync(join(bin, 'kitwright'), 0o755);
  return [bin, dirname(nodePath), process.env['PATH'] ?? ''].join(delimiter);
}
