import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chownSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject, type Project } from '../support/project.ts';

const plugin = (name: string) => `export default { name: '${name}', apiVersion: 1, apply() {} };`;
const compiled = (name: string) =>
  `Object.defineProperty(exports, '__esModule', { value: true }); exports.default = () => ({ name: '${name}', apiVersion: 1, apply() {} });`;

/** A package in `node_modules`, with this entry of `exports`. */
const pack = (name: string, entry: unknown, code: string, file = 'index.mjs') => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', exports: entry }),
  [`node_modules/${name}/${file}`]: code,
});

const project = (config: unknown, files: Readonly<Record<string, string>>): Project => {
  const made = createProject({});
  addFiles(made.directory, { 'kitwright.config.json': JSON.stringify({ plugins: config }), ...files });
  return made;
};

/** The names of the plugins that `doctor` lists, for a config of the user. */
const loaded = async (config: readonly unknown[], files: Readonly<Record<string, string>>) => {
  using made = createProject({});
  const plugins = config.map((entry) =>
    entry === 'URL'
      ? pathToFileURL(join(made.home, 'by-url.mjs')).href
      : entry === 'ABSOLUTE'
        ? join(made.home, 'by-path.mjs')
        : entry,
  );
  addFiles(made.home, { 'config.json': JSON.stringify({ plugins }), ...files });
  const { stdout, stderr } = await made.run('doctor');
  return / plugins +(.*)/.exec(stdout)?.[1]?.replaceAll(/ [\d.]+|\(.*?\)/g, '') ?? stderr;
};

test('a package is found as import finds it, also one compiled to CommonJS, or one for require alone', async () => {
  const files = {
    ...pack('a', { import: './index.mjs', require: './no.cjs' }, plugin('for-import')),
    ...pack('b', './index.cjs', compiled('compiled'), 'index.cjs'),
    ...pack('c', { require: './index.cjs' }, compiled('for-require'), 'index.cjs'),
    ...pack('@team/d', { './sub': './index.mjs' }, plugin('scoped')),
  };
  assert.match(await loaded(['a', 'b', 'c', '@team/d/sub'], files), /, for-import, compiled, for-require, scoped/);
});

test('paths and file URLs are taken as they are', async () => {
  const files = {
    'plugins/near.ts': `${plugin('near')} const typed: number = 1; void typed;`,
    'by-url.mjs': plugin('by-url'),
    'by-path.mjs': plugin('by-path'),
  };
  assert.match(await loaded(['./plugins/near.ts', 'URL', 'ABSOLUTE'], files), /, near, by-url, by-path/);
});

test('a short name is looked for as itself, below @kitwright, and behind kitwright-plugin-', async () => {
  const names = ['gate', '@kitwright/gate', 'kitwright-plugin-gate'];
  const files = names.map((name, i) => pack(name, './index.mjs', plugin(`p${i}`)));
  const from = (first: number) => Object.assign({}, ...files.slice(first)) as Record<string, string>;
  for (const first of [0, 1, 2]) assert.match(await loaded(['gate'], from(first)), new RegExp(`, p${first}$`));
  // A module of Node has no plugin.
  assert.match(await loaded(['http'], pack('kitwright-plugin-http', './index.mjs', plugin('own-http'))), /, own-http$/);
});

test('a package that is not there: every name that was tried, and the command of the package manager', async () => {
  for (const [lock, command] of [
    ['package-lock.json', 'npm install --save-dev kitwright-plugin-gate'],
    ['pnpm-lock.yaml', 'pnpm add --save-dev kitwright-plugin-gate'],
    ['yarn.lock', 'yarn add --dev kitwright-plugin-gate'],
  ] as const) {
    using made = project(['gate'], { [lock]: '' });
    const { code, stderr } = await made.run('--trust', 'config', 'print', 'project');
    assert.equal(code, 2);
    assert.match(stderr, /plugin-invalid: The plugin gate \(plugins\[0\]\) is not installed/);
    assert.match(stderr, /looked for: gate, @kitwright\/gate, kitwright-plugin-gate\./);
    assert.match(stderr, /kitwright\.config\.json:1\n/);
    assert.ok(stderr.includes(`hint: Install it: "${command}"`), stderr);
  }
});

test('no command installs a package whose full name nobody gave', async () => {
  using made = project(['kitwright-plugn-gate'], {});
  const { stderr } = await made.run('--trust', 'config', 'print', 'project');
  assert.match(stderr, /looked for: kitwright-plugn-gate\.\n/);
  assert.match(stderr, /npm install --save-dev kitwright-plugn-gate"/);
});

test('for the config of the user npm installs into the root of its data', async () => {
  using made = createProject({});
  addFiles(made.home, { 'config.json': '{"plugins": ["gate"]}' });
  const { stderr } = await made.run('list');
  assert.ok(stderr.includes(`"npm install --prefix "${made.home}" kitwright-plugin-gate"`), stderr);
});

test('a name that no package can have is put into no command', async () => {
  for (const name of ['x; rm -rf y', '$(x)', '@', 'node:fs', 'data:text/javascript,1']) {
    using made = project([name], {});
    const { stderr } = await made.run('--trust', 'config', 'print', 'project');
    assert.match(stderr, /plugin-invalid: .*\n.*\n {2}hint: Name a package as npm names it/);
  }
});

test('a file that is not there', async () => {
  using made = project(['./gate.ts'], {});
  const { stderr } = await made.run('--trust', 'config', 'print', 'project');
  assert.match(stderr, /plugin-invalid: The plugin \.\/gate\.ts \(plugins\[0\]\) does not exist/);
});

test('two plugins of one name: both places', async () => {
  using made = project(['./one.mjs', './two.mjs'], { 'one.mjs': plugin('twin'), 'two.mjs': plugin('twin') });
  const { stderr } = await made.run('--trust', 'config', 'print', 'project');
  assert.match(stderr, /Two plugins have the name twin: .*plugins\[0\].*one\.mjs.* and .*plugins\[1\].*two\.mjs/);
});

test('a function, or anything else that is no plugin, in a config that is a program', async () => {
  for (const [value, says] of [
    [
      'function gate() {}',
      /plugins\[0\] is the function gate instead of a plugin\.\n.*\n {2}hint: Call it: write "gate\(\)"/,
    ],
    ['{ name: 1 }', /plugins\[0\] is an object instead of a plugin/],
    ['import("node:fs")', /plugins\[0\] is a promise instead of a plugin/],
  ] as const) {
    using made = createProject({ 'kitwright.config.mjs': `export default { plugins: [${value}] };` });
    const { code, stderr } = await made.run('--trust', 'config', 'print', 'project');
    assert.equal(code, 2);
    assert.match(stderr, says);
  }
});

test('the line of a config is named, but its text is not shown, because options may be secret', async () => {
  using made = project([['./gate.mjs', { token: 'hush' }]], { 'gate.mjs': 'export default () => undefined;' });
  const { stderr } = await made.run('--trust', 'config', 'print', 'project');
  assert.match(stderr, /kitwright\.config\.json:1\n/);
  assert.doesNotMatch(stderr, /hush/);
});

test('a plugin of another user does not run, also if a longer name leads to it', {
  skip: process.getuid?.() !== 0,
}, async () => {
  using made = project(['gate'], pack('kitwright-plugin-gate', './index.mjs', "process.stdout.write('RAN');"));
  chownSync(join(made.directory, 'node_modules/kitwright-plugin-gate/index.mjs'), 12345, 12345);
  const { code, stdout, stderr } = await made.run('--trust', 'config', 'print', 'project');
  assert.equal(code, 2);
  assert.match(stderr, /config-untrusted: .*belongs to another user \(12345\)/);
  assert.doesNotMatch(stdout, /RAN/);
});

test('a short name is not taken from another user above, whose link leads to a file of ours', {
  skip: process.getuid?.() !== 0,
}, async () => {
  using made = project([], {});
  const ours = join(made.home, 'ours.mjs');
  addFiles(made.home, { 'ours.mjs': `process.stdout.write('PLANTED');${plugin('planted')}` });
  addFiles(made.directory, {
    'inner/kitwright.config.json': '{"plugins": ["gate"]}',
    ...pack('gate', './index.mjs', ''),
    'inner/node_modules/kitwright-plugin-gate/package.json': '{"exports": "./index.mjs"}',
    'inner/node_modules/kitwright-plugin-gate/index.mjs': `process.stdout.write('INSTALLED');${plugin('installed')}`,
  });
  const link = join(made.directory, 'node_modules/gate/index.mjs');
  rmSync(link);
  symlinkSync(ours, link);
  chownSync(join(made.directory, 'node_modules'), 12345, 12345);
  const { stdout } = await made.run('--trust', 'pack', 'project/inner');
  assert.match(stdout, /INSTALLED/);
  assert.doesNotMatch(stdout, /PLANTED/);
});

test('a pipe of another user above, of a short name, does not hold the search', {
  skip: process.getuid?.() !== 0,
}, async () => {
  using made = project([], {});
  addFiles(made.directory, {
    'inner/Kitfile': 'manifestVersion: 1.0.0\n',
    'inner/package.json': '{}',
    'inner/kitwright.config.json': '{"plugins": ["gate"]}',
    'inner/node_modules/kitwright-plugin-gate/package.json': '{"exports": "./index.mjs"}',
    'inner/node_modules/kitwright-plugin-gate/index.mjs': `process.stdout.write('INSTALLED');${plugin('installed')}`,
    'node_modules/gate/index.js': '',
  });
  spawnSync('mkfifo', [join(made.directory, 'node_modules/gate/package.json')]);
  chownSync(join(made.directory, 'node_modules'), 12345, 12345);
  const { stdout } = await made.run('--trust', 'pack', 'project/inner');
  assert.match(stdout, /INSTALLED/);
});
