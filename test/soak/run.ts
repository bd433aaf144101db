import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const env = { SEEDS: '100', ...process.env };
const args = [
  '--conditions=kitwright-source',
  '--test',
  // One file after the other: the writers of a watch have the machine for themselves.
  '--test-concurrency=1',
  '--test-reporter=spec',
  'test/soak/*.test.ts',
  'core/testkit/wrong/**/*.test.ts',
];
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
process.exit(status ?? 1);
