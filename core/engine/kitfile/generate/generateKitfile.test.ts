import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kitfileYaml } from '../kitfileYaml.ts';
import { generateKitfile } from './generateKitfile.ts';
import type { ProjectFiles } from './ProjectFiles.ts';

type Tree = Readonly<Record<string, string | number>>;

/** Files by path: a text, or a size in bytes. A path that ends with a slash is an empty directory. */
const projectOf = (tree: Tree): ProjectFiles => ({
  list: (path) => {
    const prefix = path ? `${path}/` : '';
    const below = Object.keys(tree).flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
    const names = below.filter((name) => name && !name.includes('/')).sort();
    const size = (name: string) => (typeof tree[name] === 'number' ? tree[name] : String(tree[name]).length);
    return {
      files: names.map((name) => ({ name, size: size(prefix + name) })),
      directories: [
        ...new Set(below.flatMap((name) => (name.includes('/') ? [name.slice(0, name.indexOf('/'))] : []))),
      ].sort(),
    };
  },
  read: (path) => Buffer.from(String(tree[path] ?? '')),
});

const yamlOf = (tree: Tree, depth = 0): string => {
  const licenseOf = (text: string) => (text === 'mit' ? 'MIT' : undefined);
  return kitfileYaml(generateKitfile(projectOf(tree), { package: {}, depth, licenseOf }).kitfile)
    .replace('manifestVersion: 1.0.0\n', '')
    .trimEnd();
};

const lines = (...text: readonly string[]): string => text.join('\n');

test('a file of more than one and a half times the average is the model', () => {
  assert.match(
    yamlOf({ 'a.gguf': 100, 'b.gguf': 301 }),
    /^model:\n {2}name: b\n {2}path: b.gguf\n {2}parts:\n {4}- path: a.gguf$/,
  );
  assert.match(yamlOf({ 'a.gguf': 100, 'b.gguf': 300 }), /^model:\n {2}path: a.gguf/);
});

test('a directory of weights and metadata gives parts, a mixed one is code as well', () => {
  assert.equal(
    yamlOf({ 'm/a.safetensors': 1, 'm/a.json': 1 }),
    lines('model:', '  path: m/a.safetensors', '  parts:', '    - path: m/a.json'),
  );
  assert.equal(
    yamlOf({ 'm/a.safetensors': 1, 'm/a.py': 1 }),
    lines('model:', '  name: m/a', '  path: m/a.safetensors', 'code:', '  - path: m/'),
  );
});

test('at a depth, files come before deeper directories, and unknown files last', () => {
  assert.equal(
    yamlOf({ 'a/x.csv': 1, 'a/b/y.csv': 1, 'a/b/y.py': 1, 'a/z.py': 1 }, -1),
    lines('code:', '  - path: a/b/y.py', '  - path: a/z.py', 'datasets:', '  - path: a/x.csv', '  - path: a/b/y.csv'),
  );
});

test('a directory with SKILL.md is a prompt, and alone it describes the kit', () => {
  const skill = '---\nname: one\ndescription: First\nlicense: MIT\n---\n';
  assert.equal(
    yamlOf({ 'one/SKILL.md': skill, 'one/x.py': 1 }),
    lines(
      'package:',
      '  name: one',
      '  description: First',
      '  license: MIT',
      'prompts:',
      '  - name: one',
      '    path: one/',
      '    description: First',
    ),
  );
  assert.doesNotMatch(yamlOf({ 'one/SKILL.md': skill, 'a.csv': 1 }), /package/);
});

test('front matter that cannot be read is ignored', () => {
  for (const text of ['no front', '---\nname: one\n', '---\nname: x\ndescription: [a]\n---\n', '---\n{\n---\n'])
    assert.equal(yamlOf({ 'one/SKILL.md': text }), lines('prompts:', '  - path: one/'));
});

test('a licence goes to the model, else to the only dataset or code, else to the package', () => {
  assert.match(yamlOf({ LICENSE: 'mit', 'a.gguf': 1, 'b.py': 1 }), /path: a.gguf\n {2}license: MIT/);
  assert.match(yamlOf({ LICENSE: 'mit', 'a.csv': 1 }), /path: a.csv\n {4}license: MIT/);
  assert.match(yamlOf({ LICENSE: 'mit', 'a.csv': 1, 'b.csv': 1 }), /^package:\n {2}license: MIT/);
  assert.doesNotMatch(yamlOf({ LICENSE: 'what', 'a.csv': 1 }), /license:/);
});

const generated = (tree: Tree, depth = 0) =>
  generateKitfile(projectOf(tree), { package: {}, depth, licenseOf: () => undefined });

test('paths that belong in no kit are left out by their name, in upper or lower case, and listed', () => {
  const junk =
    '.DS_Store Thumbs.db desktop.INI ._model.gguf .env .env.local .netrc model.py~ .model.py.swp a.pyc .git CVS/Entries .git2/x .idea/a .vscode/b .git/config node_modules/n/index.js __pycache__/a.pyc .venv/bin/python .pytest_cache/x p.egg-info/PKG';
  const kept = ['.git2/x'];
  const names = junk.split(' ').filter((name) => name !== '.git/config');
  const { kitfile, leftOut, inside } = generated({
    ...Object.fromEntries(names.map((name) => [name, 1])),
    'model.gguf': 1,
    '.gitignore': 1,
    '.env.example': 1,
    '.kitignore': 1,
  });
  assert.deepEqual(kitfile.code, [{ path: '.git2/' }, { path: '.env.example' }, { path: '.gitignore' }]);
  assert.equal(kitfile.model?.parts, undefined);
  assert.equal(leftOut.length, names.length - kept.length);
  assert.ok(['.DS_Store', '.idea/', '.git', '.env.local'].every((name) => leftOut.includes(name)));
  assert.deepEqual(inside, []);
});

test('an environment or a cache is recognised by the files in it', () => {
  const { kitfile, leftOut } = generated({
    'my-env/pyvenv.cfg': 1,
    'conda/conda-meta/history': 1,
    'stuff/CACHEDIR.TAG': 1,
    'env/cartpole.py': 1,
    'a.py': 1,
  });
  assert.deepEqual(kitfile.code, [{ path: 'env/' }, { path: 'a.py' }]);
  assert.deepEqual(leftOut, ['conda/', 'my-env/', 'stuff/']);
});

test('the layer of all files does not include paths that are left out', () => {
  const many = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`f${i}.xyz`, 1]));
  assert.deepEqual(generated(many).kitfile.code, [{ path: '.' }]);
  assert.equal(generated({ ...many, '.env': 1 }).kitfile.code?.length, 6);
  const most = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`f${i}.xyz`, 1]));
  const { kitfile, leftOut, inside } = generated({ ...most, '.env': 1 });
  assert.deepEqual([kitfile.code, leftOut, inside], [[{ path: '.' }], [], ['.env']]);
});

test('paths inside directories that are packed whole are listed', () => {
  const { leftOut, inside } = generated({
    'src/a.py': 1,
    'src/.env': 1,
    'src/deep/er/__pycache__/a.pyc': 1,
    'data/x.csv': 1,
    'data/.DS_Store': 1,
    'weights/w.gguf': 1,
    'weights/.DS_Store': 1,
    'lib/tools/pyvenv.cfg': 1,
  });
  assert.deepEqual(leftOut, ['weights/.DS_Store']);
  assert.deepEqual(inside.toSorted(), ['data/.DS_Store', 'lib/tools/', 'src/.env', 'src/deep/er/__pycache__/']);
});

test('at a depth, paths are left out in every directory', () => {
  const { kitfile, leftOut } = generated({ 'a/b/c.py': 1, 'a/b/.DS_Store': 1, 'a/node_modules/n/x.js': 1 }, -1);
  assert.deepEqual(kitfile.code, [{ path: 'a/b/c.py' }]);
  assert.deepEqual(leftOut.toSorted(), ['a/b/.DS_Store', 'a/node_modules/']);
});
