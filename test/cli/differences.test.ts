import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject, type Project } from '../support/project.ts';

/** Packs and unpacks; returns the paths of all unpacked files. */
const roundTrip = async (project: Project): Promise<readonly string[]> => {
  const packed = await project.run('pack', 'project', '-t', 'x:v1');
  assert.equal(packed.code, 0, packed.stderr);
  const unpacked = await project.run('unpack', 'x:v1', '-d', 'out');
  assert.equal(unpacked.code, 0, unpacked.stderr);
  return (readdirSync(join(project.path, 'out'), { recursive: true, encoding: 'utf8' }) as string[])
    .filter((path) => path !== 'Kitfile')
    .sort();
};

test('a path beside a layer whose name it starts with is kept', async () => {
  using project = createProject({
    Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: model}\ncode: [{path: .}]\n',
    'model/w': '1',
    'model-extra/k': '2',
    'model.py': '3',
  });
  assert.deepEqual(await roundTrip(project), ['model', 'model-extra', 'model-extra/k', 'model.py', 'model/w']);
});

test('names with ".." inside are kept', async () => {
  using project = createProject({
    Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: n}]\n',
    'n/a..b': '1',
    'n/..h': '2',
    'n/v1..2/x': '3',
    'n/...': '4',
  });
  assert.deepEqual(await roundTrip(project), ['n', 'n/...', 'n/..h', 'n/a..b', 'n/v1..2', 'n/v1..2/x']);
});

test('links within the directory are followed, with a message', async () => {
  using project = createProject({
    Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n',
    'm/real': 'weights',
    'blobs/b': 'far',
    'm/d/in': 'x',
  });
  symlinkSync('real', join(project.directory, 'm/to-file'));
  symlinkSync('../blobs', join(project.directory, 'm/to-dir'));
  symlinkSync('..', join(project.directory, 'm/up'));
  symlinkSync('nowhere', join(project.directory, 'm/dangling'));
  assert.deepEqual(await roundTrip(project), ['m', 'm/d', 'm/d/in', 'm/real', 'm/to-dir', 'm/to-dir/b', 'm/to-file']);
  const { stderr } = await project.run('pack', 'project', '-t', 'x:v1');
  assert.match(stderr, /2 links were followed.*: m\/to-dir, m\/to-file\./);
  assert.match(stderr, /m\/dangling leads nowhere; m\/up leads to a directory above itself/);
});

test('a link as the path of a layer is followed', async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: ln}\n', 'real/x': '1' });
  symlinkSync('real', join(project.directory, 'ln'));
  assert.deepEqual(await roundTrip(project), ['ln', 'ln/x']);
});

test('a path outside is refused, a link to the outside is left out', async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: c}]\n', 'c/x': '1' });
  mkdirSync(join(project.path, 'sibling'));
  writeFileSync(join(project.path, 'sibling/secret'), 's');
  symlinkSync('../../sibling/secret', join(project.directory, 'c/link'));
  assert.deepEqual(await roundTrip(project), ['c', 'c/x']);
  assert.match(
    (await project.run('pack', 'project', '-t', 'x:v1')).stderr,
    /c\/link leads out of the packed directory/,
  );
  project.write({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: ../sibling}]\n' });
  const { code, stderr } = await project.run('pack', 'project', '-t', 'x:v1');
  assert.equal(code, 2);
  assert.match(stderr, /layer-path-outside/);
});

test('a file brought back below an ignored directory unpacks', async () => {
  using project = createProject({
    Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: .}]\n',
    '.kitignore': 'd\n!d/x\n',
    'd/x': '1',
    'd/y': '2',
  });
  assert.deepEqual(await roundTrip(project), ['d', 'd/x']);
});

test('the store is never part of a kit, also not through a link', async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: .}]\n', 'a.py': '1' });
  project.link('.kit', 'alias');
  const run = (tag: string) => project.run('--config', join(project.directory, '.kit'), 'pack', 'project', '-t', tag);
  const [first, second] = [await run('x:1'), await run('x:2')];
  assert.equal(first.stdout.match(/Model saved: (\S+)/)?.[1], second.stdout.match(/Model saved: (\S+)/)?.[1]);
});

test('a relative -f is found from the current directory first, then in DIRECTORY', async () => {
  const kitfile = (name: string) => `manifestVersion: 1.0.0\npackage: {name: ${name}}\ncode: [{path: a.py}]\n`;
  using project = createProject({ 'a.py': '1', K: kitfile('inside'), Only: kitfile('only') });
  writeFileSync(join(project.path, 'K'), kitfile('here'));
  const nameOf = async (file: string) => {
    assert.equal((await project.run('pack', 'project', '-f', file, '-t', 'x:v1')).code, 0);
    return (await project.run('info', 'x:v1', '-f', 'package.name')).stdout.trim();
  };
  assert.deepEqual([await nameOf('K'), await nameOf('Only')], ['here', 'only']);
});

test('every difference is in FORMAT.md', () => {
  const format = readFileSync(new URL('../../core/engine/kitfile/FORMAT.md', import.meta.url), 'utf8');
  for (const word of [
    'starts with',
    '`..`',
    'links',
    'outside',
    'ignored directory',
    'the store',
    'clock',
    '`-f`',
    'float64',
  ])
    assert.ok(format.includes(word), word);
});
