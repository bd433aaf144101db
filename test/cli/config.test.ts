import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createProject, digestIn, type Project } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

const kitfile = 'manifestVersion: 1.0.0\ncode:\n  - path: c.py\n';
const files = { Kitfile: kitfile, 'c.py': 'print(1)\n'.repeat(100) };

/** Trust is not the topic of these tests. */
const trusting = { KITWRIGHT_TRUST: '1' };

const add = (project: Project, entries: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(entries)) {
    mkdirSync(dirname(join(project.path, name)), { recursive: true });
    writeFileSync(join(project.path, name), text);
  }
};

const origins = async (project: Project, env: Readonly<Record<string, string>> = {}) => {
  const result = await runHosted(['--config', project.home, 'config', 'print', 'project', '--origin', '--json'], {
    cwd: project.path,
    env: { ...trusting, ...env },
  });
  assert.equal(result.code, 0, result.stderr);
  const { settings } = JSON.parse(result.stdout) as {
    readonly settings: readonly { readonly name: string; readonly value: unknown; readonly origin: string }[];
  };
  return Object.fromEntries(settings.map(({ name, value, origin }) => [name, `${value} (${origin.split(' ')[0]})`]));
};

test('the environment takes precedence over the config file, the file over the default', async () => {
  using project = createProject(files);
  assert.equal((await origins(project))['compression'], 'none (default)');
  add(project, { 'kitwright.config.yaml': 'compression: zstd\nconcurrency: 3\n' });
  assert.equal((await origins(project))['compression'], 'zstd (config)');
  const env = { KITWRIGHT_COMPRESSION: 'gzip' };
  assert.equal((await origins(project, env))['compression'], 'gzip (environment)');
  assert.equal((await origins(project, env))['concurrency'], '3 (config)');
});

test('a flag takes precedence over everything', async () => {
  using project = createProject(files);
  add(project, { 'project/package.json': '{"kitwright": {"compression": "gzip"}}' });
  await project.run('pack', 'project', '-t', 'a:config');
  await project.run('pack', 'project', '-t', 'a:flag', '--compression', 'none');
  const types = async (name: string) =>
    /modelkit\.code\.v1\.(\S+)"/.exec((await project.run('inspect', name)).stdout)?.[1];
  assert.equal(await types('a:config'), 'tar+gzip');
  assert.equal(await types('a:flag'), 'tar');
});

for (const [name, text] of Object.entries({
  'kitwright.config.ts': 'const compression: string = "gzip";\nexport default { compression };\n',
  'kitwright.config.mjs': 'export default { compression: "gzip" };\n',
  'kitwright.config.js': 'export default { compression: "gzip" };\n',
  'kitwright.config.cjs': 'module.exports = { compression: "gzip" };\n',
  'kitwright.config.cts': 'module.exports = { compression: "gzip" as string };\n',
  'kitwright.config.json': '{"compression": "gzip"}',
}))
  test(`${name} is found above the packed directory`, async () => {
    using project = createProject(files);
    add(project, { [name]: text });
    assert.equal((await origins(project))['compression'], 'gzip (config)');
    const { stderr } = await runHosted(['--config', project.home, 'config', 'print'], {
      cwd: project.path,
      env: trusting,
    });
    assert.equal(stderr, '', 'Node gives no warning');
  });

test('the default export of compiled CommonJS is used', async () => {
  using project = createProject(files, trusting);
  const text = 'exports.__esModule = true; exports.default = { compression: "gzip" };';
  add(project, { 'kitwright.config.cjs': text });
  assert.equal((await origins(project))['compression'], 'gzip (config)');
});

const broken: readonly (readonly [name: string, text: string, position: string])[] = [
  ['kitwright.config.mjs', 'export default {\n  oops oops\n};\n', '2:8'],
  ['kitwright.config.cjs', 'module.exports = {\n  oops oops\n};\n', '2:8'],
  ['kitwright.config.ts', 'export default {\n  a: : 1\n};\n', '2:6'],
  ['kitwright.config.js', 'export default {\n  a: nosuch,\n};\n', '2:6'],
  ['kitwright.config.json', '{\n  "compression": "gzip",,\n}', '2:25'],
  ['kitwright.config.yaml', 'a: [\n b: }\n', '2:5'],
  ['package.json', '{"kitwright": {\n  oops}}', '2:3'],
];

for (const [name, text, position] of broken)
  test(`a mistake in ${name} is shown with its line; list does not read the file`, async () => {
    using project = createProject(files, trusting);
    add(project, { [name]: text });
    const { code, stderr } = await project.run('pack', 'project');
    assert.equal(code, 2, stderr);
    assert.match(
      stderr,
      new RegExp(`^\\[ERROR\\] config-invalid: ${name} cannot be read: .*\n  at /.*/${name}:${position}\n`),
    );
    for (const command of [['list'], ['explain', 'usage'], ['store', 'path']]) {
      const result = await project.run(...command);
      assert.equal(result.code, 0, result.stderr);
      assert.equal(result.stderr, '');
    }
  });

test('a config that imports a missing file is named', async () => {
  using project = createProject(files, trusting);
  add(project, { 'kitwright.config.mjs': 'import "./nope.js";\nexport default {};\n' });
  const { stderr } = await project.run('pack', 'project');
  assert.match(stderr, /config-invalid: kitwright\.config\.mjs cannot be read: Cannot find module .*nope\.js/);
  assert.match(stderr, /\n {2}at .*kitwright\.config\.mjs\n/);
});

test('all mistakes in a config file are named, with the file', async () => {
  using project = createProject(files);
  add(project, { 'kitwright.config.json': '{"capture": "fast", "concurency": 3}' });
  const result = await project.run('pack', 'project');
  assert.equal(result.code, 2);
  assert.match(result.stderr, /config-invalid: capture: /);
  assert.match(result.stderr, /concurency/);
  assert.match(result.stderr, /kitwright\.config\.json/);
});

test('a plugin of the config file is resolved from its directory, and can refuse a build', async () => {
  using project = createProject(files, trusting);
  add(project, {
    'node_modules/gate/package.json': '{"name": "gate", "type": "module", "exports": "./index.js"}',
    'node_modules/gate/index.js': `export default ({ word }) => ({
      name: 'gate', apiVersion: 1,
      apply({ hooks }) { hooks.build.tap(({ hooks }) => { hooks.assembled.tap(async () => { throw new Error(word); }); }); },
    });`,
    'kitwright.config.yaml': 'plugins:\n  - [gate, {word: closed}]\n',
  });
  const result = await project.run('pack', 'project', '-t', 'a:1');
  assert.equal(result.code, 1);
  assert.match(result.stderr, /plugin-failed: The plugin gate failed in assembled: closed/);
  add(project, { 'kitwright.config.yaml': 'plugins: [nosuch]\n' });
  assert.match((await project.run('pack', 'project')).stderr, /plugin-invalid: The plugin nosuch/);
});

test('pack --all packs the kits of a monorepo, parents before their children', async () => {
  using project = createProject(files);
  add(project, {
    'child/Kitfile': 'manifestVersion: 1.0.0\nmodel:\n  path: team/base:v1\n',
    'base/Kitfile': 'manifestVersion: 1.0.0\nmodel:\n  path: w.bin\n',
    'base/w.bin': 'weights',
    'kitwright.config.yaml':
      'kits:\n  child: {directory: child, tag: "team/child:v1"}\n  base: {directory: base, tag: "team/base:v1"}\n',
  });
  const packed = await project.run('pack', '--all');
  assert.equal(packed.code, 0, packed.stderr);
  assert.equal(packed.stderr, 'Packing base\nPacking child\n');
  assert.match((await project.run('list')).stdout, /^team\/base +v1/m);
  const one = await project.run('pack', '--filter', 'base');
  assert.match(one.stderr, /^Packing base\n$/);
  assert.notEqual(digestIn(one), '');
  assert.equal((await project.run('pack', '--filter', 'nosuch')).code, 2);
  assert.equal((await project.run('pack')).code, 2);
});

test('pack --all gives each kit of a project its own form, in any order', async () => {
  using project = createProject(files);
  const kitOf = (name: string, more = '') => `  ${name}: {directory: project, tag: "${name}:v1"${more}}\n`;
  for (const names of [
    ['kit', 'pack'],
    ['pack', 'kit'],
  ]) {
    const kits = names.map((name) => kitOf(name, name === 'pack' ? ', useModelPack: true' : ''));
    add(project, { 'kitwright.config.yaml': `kits:\n${kits.join('')}` });
    const packed = await project.run('pack', '--all');
    assert.equal(packed.code, 0, packed.stderr);
    const types = await Promise.all(names.map(async (name) => (await project.run('inspect', `${name}:v1`)).stdout));
    for (const [i, name] of names.entries())
      assert.equal(types[i]?.includes('application/vnd.cncf.model.manifest'), name === 'pack', names.join());
  }
});
