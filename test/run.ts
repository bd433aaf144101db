import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sharedProcesses } from './sharedProcesses.ts';
import { installedCli } from './support/installedCli.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name: string): string => fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));

/** What takes longest begins first: at the end no processor waits for one file. */
const longestFirst = (paths: readonly string[]): readonly string[] => {
  const folders = ['soak', 'crash', 'golden', 'api', 'cli', 'release'].map((name) => `test/${name}/`);
  const rank = (path: string): number => {
    const index = folders.findIndex((folder) => path.replaceAll('\\', '/').startsWith(folder));
    return index < 0 ? folders.length : index;
  };
  return paths.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
};

const step = (title: string, command: string, args: readonly string[]): void => {
  console.log(`> ${title}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

const tests = globSync(
  ['core/**/*.test.ts', 'plugins/**/*.test.ts', 'pipelines/**/*.test.ts', 'examples/**/*.test.ts', 'test/**/*.test.ts'],
  {
    cwd: root,
    exclude: (path) => /(?:^|\/)(?:node_modules|dist|interop|trainers)(?:\/|$)/.test(path),
  },
);

step('types', bin('tsc'), ['-p', 'tsconfig.json']);
step('lint and format', bin('biome'), ['check', '--error-on-warnings']);
console.log('> pack and install the command');
process.env['INSTALLED_CLI'] = await installedCli();
// Much of what a test file takes is the compiling of what it imports.
process.env['NODE_COMPILE_CACHE'] ??= join(root, '.cache', 'compiled');
// More than there are processors: some tests wait, for writers, or for a time that is over.
const concurrency = availableParallelism() + 2;
step(`tests (${tests.length} files)`, process.execPath, [
  '--conditions=kitwright-source',
  '--test',
  `--test-concurrency=${concurrency}`,
  '--test-reporter=spec',
  ...sharedProcesses(root, longestFirst(tests), 2 * concurrency),
]);
