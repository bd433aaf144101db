import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type CliResult, runCli } from '../support/runCli.ts';

/** A containerd with a folder of its own. */
export interface Containerd extends AsyncDisposable {
  readonly ctr: (...args: readonly string[]) => Promise<CliResult>;
}

/** Starts containerd and waits until it answers; it ends with the scope. */
export async function startContainerd(binary: string, folder: string): Promise<Containerd> {
  mkdirSync(folder, { recursive: true });
  const [config, socket] = [join(folder, 'config.toml'), join(folder, 'sock')];
  const lines = [
    'version = 2',
    `root = "${join(folder, 'root')}"`,
    `state = "${join(folder, 'state')}"`,
    'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
    `[grpc]\naddress = "${socket}"`,
    `[ttrpc]\naddress = "${join(folder, 'ttrpc')}"`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const child = spawn(binary, ['-c', config], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const ctr: Containerd['ctr'] = (...args) => runCli(['--address', socket, ...args], { cwd: folder, command: 'ctr' });
  while ((await ctr('version')).code !== 0) {
    if (child.exitCode !== null) throw new Error(`${binary} ended with status ${child.exitCode}`);
    await delay(50);
  }
  return {
    ctr,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await ended;
    },
  };
}
