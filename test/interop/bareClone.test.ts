import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { cloneWorkingTree } from '../support/cloneWorkingTree.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { projectRoot } from '../support/trackedFiles.ts';

/** What runs in the clone: tests of the structure, and the golden cases of one group. */
const tests = [
  ...['imports', 'exports', 'standsAlone'].map((name) => `test/structure/${name}.test.ts`),
  'test/golden/golden.test.ts',
];
const group = 'tar/';

test('a clone in an empty folder, of a user without a home, builds and passes', { timeout: 300_000 }, () => {
  using folder = temporaryFolder();
  const clone = join(folder.path, 'alone', 'clone');
  mkdirSync(join(folder.path, 'home'));
  const env = {
    PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
    HOME: join(folder.path, 'home'),
    TMPDIR: folder.path,
    GOLDEN: group,
  };
  const run = (program: string, ...args: readonly string[]) =>
    execFileSync(program, args, { cwd: clone, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  cloneWorkingTree(clone);
  linkModules(join(projectRoot, 'node_modules'), join(clone, 'node_modules'));
  run('npm', 'run', '--silent', 'build');
  const said = run(process.execPath, '--conditions=kitwright-source', '--test', ...tests);
  assert.match(said, /^. fail 0$/m);
  assert.match(said, /golden: 1\d cases passed/);
});

/** Installed packages come from here; those of this project are links into the clone. */
function linkModules(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (entry.name.startsWith('@')) linkModules(source, target);
    else symlinkSync(source, target);
  }
}
