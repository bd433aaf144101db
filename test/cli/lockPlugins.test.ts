import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject, type Project } from '../support/project.ts';
import { type CliResult, runCli } from '../support/runCli.ts';

const plugin = (name: string) =>
  `process.stdout.write('RAN '); export default { name: '${name}', apiVersion: 1, apply() {} };`;
const gate = 'node_modules/kitwright-plugin-gate';

/** A project with a plugin of a package, and one of its own. */
function created(): Project {
  const project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: 'text' });
  addFiles(project.directory, {
    'kitwright.config.json': '{"plugins": ["gate", "./own.mjs"]}',
    'own.mjs': plugin('own'),
    [`${gate}/package.json`]: '{"name": "kitwright-plugin-gate", "version": "1.2.3", "exports": "./lib/index.mjs"}',
    [`${gate}/lib/index.mjs`]: `import './other.mjs'; ${plugin('gate')}`,
    [`${gate}/lib/package.json`]: '{"name": "inner"}',
    [`${gate}/lib/other.mjs`]: '',
  });
  return project;
}

const lockOf = (project: Project) => join(project.directory, 'kitwright-plugins.lock');
/** In a process of its own: Node remembers each package.json that it read, and each that there was not. */
const frozen = ({ home, path }: Project): Promise<CliResult> =>
  runCli(['--config', home, '--trust', '--frozen-plugins', 'pack', 'project', '-t', 'm:v1'], { cwd: path });
const lock = (project: Project) => project.run('--trust', 'plugins', 'lock', 'project');

function refused({ code, stdout, stderr }: CliResult, says: RegExp): void {
  assert.equal(code, 2, stderr);
  assert.match(stderr, /\[ERROR\] plugin-not-locked: The plugin /);
  assert.match(stderr, says);
  assert.match(stderr, /hint: .*kitwright plugins lock/);
  assert.doesNotMatch(stdout, /RAN/);
}

test('plugins lock writes name, version and integrity, sorted, and runs no plugin; then frozen plugins run', async () => {
  using project = created();
  const { code, stdout } = await lock(project);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^Locked in .*kitwright-plugins\.lock: 2 plugins\n {2}kitwright-plugin-gate 1\.2\.3\n {2}\.\/own\.mjs\n$/,
  );
  const { lockVersion, plugins } = JSON.parse(readFileSync(lockOf(project), 'utf8'));
  assert.equal(lockVersion, 1);
  assert.deepEqual(
    plugins.map(({ name, version }: Record<string, string>) => [name, version]),
    [
      ['./own.mjs', undefined],
      ['kitwright-plugin-gate', '1.2.3'],
    ],
  );
  const own = createHash('sha512').update(plugin('own')).digest('base64');
  assert.equal(plugins[0].integrity, `sha512-${own}`);
  assert.match((await frozen(project)).stdout, /^RAN RAN /);
});

test('a lock is the same again, whatever is installed below the package', async () => {
  using project = created();
  await lock(project);
  const before = readFileSync(lockOf(project), 'utf8');
  addFiles(project.directory, { [`${gate}/node_modules/dep/index.js`]: '1' });
  await lock(project);
  assert.equal(readFileSync(lockOf(project), 'utf8'), before);
});

test('folders in a package that are called as those that are left out are not', async () => {
  for (const path of ['lib/node_modules/x.mjs', 'lib/.git/x.mjs', '.git/x.mjs']) {
    using project = created();
    await lock(project);
    addFiles(project.directory, { [`${gate}/${path}`]: '1' });
    refused(await frozen(project), /its files changed/);
  }
});

const changes: readonly (readonly [what: string, change: (project: Project) => void, says: RegExp])[] = [
  [
    'a changed file',
    ({ directory }) => writeFileSync(join(directory, gate, 'lib/other.mjs'), '1'),
    /kitwright-plugin-gate 1\.2\.3 \(plugins\[0\], .*its files changed/,
  ],
  ['a file more', ({ directory }) => writeFileSync(join(directory, gate, 'x'), ''), /its files changed/],
  [
    'another version',
    ({ directory }) =>
      writeFileSync(
        join(directory, gate, 'package.json'),
        '{"name": "kitwright-plugin-gate", "version": "1.2.4", "exports": "./lib/index.mjs"}',
      ),
    /then its version was 1\.2\.3/,
  ],
  [
    'another package of that short name',
    ({ directory }) =>
      addFiles(directory, {
        'node_modules/gate/package.json': '{"name": "gate", "version": "1.2.3", "exports": "./x.mjs"}',
        'node_modules/gate/x.mjs': plugin('x'),
      }),
    /the lock lists no gate/,
  ],
];

for (const [what, change, says] of changes)
  test(`--frozen-plugins refuses ${what}`, async () => {
    using project = created();
    await lock(project);
    change(project);
    const result = await frozen(project);
    refused(result, says);
  });

test('--frozen-plugins refuses what no lock lists: the file of the project, a config without a lock, a plugin without a name', async () => {
  using project = created();
  refused(await frozen(project), /there is no lock/);
  await lock(project);
  writeFileSync(join(project.directory, 'own.mjs'), `${plugin('own')} `);
  const result = await frozen(project);
  assert.match(result.stderr, /plugin-not-locked: The plugin \.\/own\.mjs \(plugins\[1\]/);
  using other = createProject({
    'kitwright.config.mjs': 'export default { plugins: [{ name: "x", apiVersion: 1, apply() {} }] };',
  });
  refused(
    await other.run('--trust', '--frozen-plugins', 'config', 'print', 'project'),
    /plugins\[0\] is not locked: only a plugin that the config names/,
  );
});

test('KITWRIGHT_FROZEN_PLUGINS is the same, also for the config of the user and for --plugin; plugins lock still writes', async () => {
  using project = created();
  addFiles(project.home, { 'config.json': '{"plugins": ["./mine.mjs"]}', 'mine.mjs': plugin('mine') });
  const run = (value: string, ...args: readonly string[]) =>
    runCli(['--config', project.home, ...args], { cwd: project.path, env: { KITWRIGHT_FROZEN_PLUGINS: value } });
  refused(await run('1', 'list'), /\.\/mine\.mjs \(plugins\[0\]/);
  assert.equal((await run('1', '--trust', 'plugins', 'lock')).code, 0);
  assert.equal((await run('1', 'list')).code, 0);
  addFiles(project.path, { 'typed.mjs': plugin('typed') });
  refused(await run('yes', '--plugin', './typed.mjs', 'list'), /--plugin, .*there is no lock/);
  assert.equal((await run('0', '--plugin', './typed.mjs', 'list')).code, 0);
  assert.match((await run('maybe', 'list')).stderr, /usage: KITWRIGHT_FROZEN_PLUGINS must be true or false/);
});

test('a lock that is damaged, or a link, is refused', async () => {
  using project = created();
  for (const text of ['{', '{}', '{"lockVersion": 2, "plugins": []}', '{"lockVersion": 1, "plugins": [{"name": 1}]}']) {
    writeFileSync(lockOf(project), text);
    const { code, stderr } = await frozen(project);
    assert.equal(code, 2);
    assert.match(stderr, /config-invalid: kitwright-plugins\.lock /);
  }
  using other = created();
  symlinkSync(lockOf(project), lockOf(other));
  assert.match((await frozen(other)).stderr, /config-invalid: .*is a link/);
});

test('plugins lists what is loaded, its package, and who names it', async () => {
  using project = created();
  const { stdout } = await project.run('--trust', 'plugins', 'project');
  assert.match(stdout, /^@kitwright\/git +@kitwright\/git 0\.1\.0 +\(comes with Kitwright\) *$/m);
  assert.match(
    stdout,
    /^gate +kitwright-plugin-gate 1\.2\.3 +\S*kitwright\.config\.json plugins\[0\] +\S*index\.mjs$/m,
  );
  assert.match(stdout, /^own +\S*kitwright\.config\.json plugins\[1\] +\S*own\.mjs$/m);
});
