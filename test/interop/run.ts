import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedCli } from '../support/installedCli.ts';
import { compiledPeers, installedPeers } from './everyPeer.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = fileURLToPath(new URL('getPeers.ts', import.meta.url));
const get = (names: readonly string[]) =>
  once(spawn(process.execPath, [program, ...names], { stdio: 'inherit' }), 'exit');

// The first one gets Go. Of the rest, some are compiled while others come over the network.
await get(['TAR_READER']);
const compiled = Object.keys(compiledPeers);
await Promise.all([
  get(compiled.filter((_, i) => i % 2 === 0)),
  get(compiled.filter((_, i) => i % 2 === 1)),
  get(Object.keys(installedPeers)),
]);
const found = Object.fromEntries(
  Object.entries({ ...compiledPeers, ...installedPeers }).map(([name, find]) => [name, find()]),
);
const missing = Object.entries(found).flatMap(([name, path]) => (path === undefined ? [name.toLowerCase()] : []));

if (missing.length) console.log(`interop: ${missing.join(', ')} cannot be had here.`);
if (found['KIT'] === undefined || (missing.length && process.env['CI'])) process.exit(process.env['CI'] ? 1 : 0);
const env = {
  NODE_COMPILE_CACHE: join(root, '.cache', 'compiled'),
  ...process.env,
  INSTALLED_CLI: await installedCli(),
  ...Object.fromEntries(Object.entries(found).map(([name, path]) => [name, path ?? ''])),
};
// The longest first.
const isLong = (path: string) =>
  /(?:cosign|webdav|kit|largeLayer|container|bareClone|templates|release)\.test/.test(path);
const tests = globSync('test/interop/*.test.ts', { cwd: root }).sort(
  (a, b) => Number(isLong(b)) - Number(isLong(a)) || (a < b ? -1 : 1),
);
const args = [
  '--conditions=kitwright-source',
  '--test',
  `--test-concurrency=${availableParallelism()}`,
  '--test-reporter=spec',
  ...tests,
];
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
process.exit(status ?? 1);
