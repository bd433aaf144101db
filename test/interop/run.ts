import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildKit } from './buildKit.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const kit = buildKit();

if (kit === undefined) {
  console.log('interop: skipped, because there is no Go to build kit with.');
  process.exit(process.env['CI'] ? 1 : 0);
}
const tests = globSync('test/interop/*.test.ts', { cwd: root }).sort();
const { status } = spawnSync(
  process.execPath,
  ['--conditions=kitwright-source', '--test', '--test-reporter=spec', ...tests],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, KIT: kit },
  },
);
process.exit(status ?? 1);
