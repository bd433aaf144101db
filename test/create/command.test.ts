import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodePath, runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { projectRoot } from '../support/trackedFiles.ts';

const command = join(projectRoot, 'core', 'create-kitwright-plugin', 'bin', 'create-kitwright-plugin.js');
const create = (cwd: string, ...args: readonly string[]) =>
  runCli(args, { cwd, command: nodePath, commandArgs: [command] });

test('it says what it created, and what comes next', async () => {
  using folder = temporaryFolder();
  const { code, stdout } = await create(folder.path, 'below/my-gate', '--capability', 'hooks', '--language', 'js');
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^Created kitwright-plugin-my-gate \(hooks, JavaScript\) in .*my-gate\n\n {2}cd below\/my-gate\n/,
  );
  const files = readdirSync(join(folder.path, 'below', 'my-gate')).sort();
  assert.deepEqual(files, ['.github', '.gitignore', 'README.md', 'package.json', 'src', 'test']);
});

test('no placeholder is left, and the names are those that were asked for', async () => {
  using folder = temporaryFolder();
  assert.equal((await create(folder.path, '@acme/kitwright-my-plugin-x', '-c', 'target')).code, 0);
  const made = join(folder.path, 'kitwright-my-plugin-x');
  const read = (path: string) => readFileSync(join(made, path), 'utf8');
  const { name, keywords } = JSON.parse(read('package.json')) as Readonly<Record<string, unknown>>;
  assert.equal(name, '@acme/kitwright-my-plugin-x');
  assert.ok((keywords as readonly string[]).includes('kitwright-plugin'));
  assert.match(read('src/index.ts'), /name: '@acme\/kitwright-my-plugin-x'.*id: 'my-plugin-x'/s);
  assert.match(read('src/index.ts'), /The target `my-plugin-x:PATH:TAG`/);
  assert.doesNotMatch(read('README.md'), /\b(?:PATH|FOLDER|SUFFIX)\b|my-plugin(?!-x)/);
});

test('the path of the folder is quoted for the shell, and is not in the README', async () => {
  using folder = temporaryFolder();
  const place = "it's $(touch ran) `touch ran`";
  const { code, stdout } = await create(folder.path, `${place}/my-gate`, '-c', 'hooks', '-l', 'js');
  assert.equal(code, 0);
  const [step = ''] = /cd .*/.exec(stdout) ?? [];
  const shell = await runCli(['-c', `${step} && pwd`], { cwd: folder.path, command: '/bin/sh', commandArgs: [] });
  assert.equal(shell.stdout.trim(), join(folder.path, place, 'my-gate'));
  const readme = readFileSync(join(folder.path, place, 'my-gate', 'README.md'), 'utf8');
  assert.match(readme, /--plugin \.\.\/my-gate\/src\/index\.js pack/);
  assert.ok(!readme.includes(folder.path));
});

test('a folder that is not empty is left alone; git may have begun', async () => {
  using folder = temporaryFolder();
  const mine = join(folder.path, 'mine');
  mkdirSync(join(mine, '.git'), { recursive: true });
  writeFileSync(join(mine, 'notes'), 'mine');
  const refused = await create(folder.path, 'mine', '-c', 'hooks');
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /^The folder .*mine is not empty\.\n$/);
  assert.deepEqual(readdirSync(mine), ['.git', 'notes']);
  mkdirSync(join(folder.path, 'fresh', '.git'), { recursive: true });
  assert.equal((await create(folder.path, 'fresh', '-c', 'hooks')).code, 0);
});

for (const [args, message] of [
  [[], /^Name the plugin: npm create kitwright-plugin NAME\n/],
  [['x'], /^Say what the plugin does: -- --capability KIND\. There are hooks, layerType, /],
  [['x', '-c', 'constructor'], /^There is no capability "constructor"; there are hooks, /],
  [['x', '-c', 'hooks', '-l', 'rust'], /^There is no language "rust"; there are ts and js\.$/m],
  [['x', 'y', '-c', 'hooks'], /^There is one name, not also y\.$/m],
  [['x', '--colour'], /^Unknown option '--colour'/],
  [['Upper', '-c', 'hooks'], /^A plugin cannot be called "Upper": a name has lower case letters/],
  [['kitwright-plugin-', '-c', 'hooks'], /^A plugin cannot be called/],
] as const)
  test(`refused: ${args.join(' ')}`, async () => {
    using folder = temporaryFolder();
    const { code, stderr, stdout } = await create(folder.path, ...args);
    assert.equal(code, 2, stdout);
    assert.match(stderr, message);
    assert.deepEqual(readdirSync(folder.path), []);
  });

test('--help names every capability', async () => {
  using folder = temporaryFolder();
  const { code, stdout } = await create(folder.path, '--help');
  assert.equal(code, 0);
  for (const name of readdirSync(join(projectRoot, 'core/create-kitwright-plugin/templates/capabilities')))
    assert.match(stdout, new RegExp(`^ {2}${name} `, 'm'));
});
