import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const env = { SEEDS: '100', ...process.env };
const run = (concurrency: number, files: string): void => {
  const args = [
    '--conditions=kitwright-source',
    '--test',
    `--test-concurrency=${concurrency}`,
    '--test-reporter=spec',
    files,
  ];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
};

// One file after the other: the writers of a watch have the machine for themselves.
run(1, 'test/soak/*.test.ts');
run(availableParallelism(), 'core/testkit/wrong/**/*.test.ts');
