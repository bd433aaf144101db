// Runs on any Node that npm runs on: installs what is missing, builds, and starts the task with the Node of this
// repository.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const tasks = {
  start: ['examples/training/start.ts'],
  test: ['test/run.ts'],
  interop: ['test/interop/run.ts'],
  soak: ['test/soak/run.ts'],
  trainers: ['test/trainers/run.ts'],
  bench: ['bench/run.ts'],
  release: ['.ci/release/run.ts'],
};

const run = (command, args) => {
  const { status, signal } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(signal ? 1 : (status ?? 1));
};

const installed = join(root, 'node_modules', '.package-lock.json');
const isCurrent = () =>
  existsSync(node) &&
  existsSync(installed) &&
  statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;

const [task = 'test', ...args] = process.argv.slice(2);
if (!Object.hasOwn(tasks, task)) throw new Error(`There is no task ${task}.`);
if (!isCurrent()) run('npm', ['ci', '--no-fund', '--no-audit']);
else run('npm', ['run', '--silent', 'build']);
run(node, [...tasks[task], ...args]);
