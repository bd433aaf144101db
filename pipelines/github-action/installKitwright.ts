import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { info } from '@actions/core';
import { runnerTemp } from './dataFolder.ts';
import { runProgram } from './runProgram.ts';

export interface Installed {
  /** kitwright.js */
  readonly program: string;
  /** A folder for `PATH`. */
  readonly bin: string;
}

/** Installs a version once for each machine, as npm has it. Throws if npm or Node does not do. */
export async function installKitwright(version: string): Promise<Installed> {
  const isExact = version !== 'latest';
  const tools = (isExact && process.env['RUNNER_TOOL_CACHE']) || runnerTemp();
  const folder = join(tools, 'kitwright', version, process.arch);
  if (!isExact || !existsSync(folder)) await install(version, folder);
  const program = join(folder, 'node_modules', 'kitwright', 'bin', 'kitwright.js');
  const said = await runProgram(process.execPath, [program, 'version']);
  if (said.code !== 0)
    throw new Error(`kitwright ${version} does not run: ${said.stderr.trim() || said.stdout.trim()}`);
  info(`kitwright ${version} is in ${folder}`);
  return { program, bin: join(folder, 'bin') };
}

/** Of compiled code in the temporary folder, which another user of the runner may have put there: npm runs what it finds. */
const withoutCache = { NODE_DISABLE_COMPILE_CACHE: '1' };

/** Installs beside and renames: a folder with its final name is complete. The one who is first wins. */
async function install(version: string, folder: string): Promise<void> {
  const work = `${folder}.${randomUUID()}`;
  await mkdir(work, { recursive: true });
  try {
    await writeFile(join(work, 'package.json'), '{ "private": true }\n');
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--no-update-notifier'];
    // In a folder of its own: settings for npm in the checked-out repository do not count.
    const said = await runProgram('npm', ['install', ...flags, `kitwright@${version}`], {
      cwd: work,
      env: withoutCache,
    });
    if (said.code !== 0) throw new Error(`npm could not install kitwright ${version}: ${said.stderr.trim()}`);
    await writeStarters(join(work, 'bin'), folder);
    if (version === 'latest') await rm(folder, { recursive: true, force: true });
    await rename(work, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** A program called `kitwright` that runs on the Node of this action: that of the machine may be too old. */
async function writeStarters(bin: string, folder: string): Promise<void> {
  await mkdir(bin);
  const program = join(folder, 'node_modules', 'kitwright', 'bin', 'kitwright.js');
  const node = dirname(process.execPath);
  const shell = `#!/bin/sh\nPATH=${quoted(`${node}:`)}"$PATH" exec ${quoted(program)} "$@"\n`;
  const windows = `@"${process.execPath}" "${program}" %*\r\n`;
  await writeFile(join(bin, 'kitwright'), shell);
  await chmod(join(bin, 'kitwright'), 0o755);
  await writeFile(join(bin, 'kitwright.cmd'), windows);
}

/** A word of a shell (POSIX, 2.2.2). */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
