import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findTrainers } from '../interop/findPeers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const python = findTrainers();
if (python === undefined) throw new Error('The packages of trainers.py cannot be had here.');
const args = [
  '--conditions=kitwright-source',
  '--test',
  '--test-reporter=spec',
  'test/trainers/trainers.test.ts',
  'test/trainers/ends.test.ts',
];
const { status } = spawnSync(process.execPath, args, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, TRAINERS: python },
});
process.exit(status ?? 1);
