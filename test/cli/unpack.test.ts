import assert from 'node:assert/strict';
import {
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject, type Project } from '../support/project.ts';

const big = Buffer.alloc(2_000_000, 'weights ');
const files = {
  Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\ncode: [{path: c}]\n',
  'm/big.bin': big,
  'm/small': 's'.repeat(5000),
  'c/a.py': 'print()',
};

const packed = async (): Promise<Project> => {
  const project = createProject(files);
  const { code, stderr } = await project.run('pack', 'project', '-t', 'x:v1');
  assert.equal(code, 0, stderr);
  return project;
};

/** Flips one byte in every stored file of a folder; size and name stay. */
const damage = (folder: string): void => {
  for (const name of globSync('**', { cwd: folder })) {
    const path = join(folder, name);
    if (lstatSync(path).isDirectory()) continue;
    const bytes = readFileSync(path);
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    writeFileSync(path, bytes);
  }
};

const list = (path: string): readonly string[] =>
  existsSync(path) ? (readdirSync(path, { recursive: true, encoding: 'utf8' }) as string[]).sort() : [];

test('unpacked files are those that were packed', async () => {
  using project = await packed();
  assert.equal((await project.run('unpack', 'x:v1', '-d', 'out')).code, 0);
  assert.deepEqual(list(join(project.path, 'out')), ['Kitfile', 'c', 'c/a.py', 'm', 'm/big.bin', 'm/small']);
  assert.ok(readFileSync(join(project.path, 'out/m/big.bin')).equals(big));
});

for (const folder of ['objects', 'packs'] as const) {
  test(`damaged bytes in ${folder} never get a final name, and packing again repairs them`, async () => {
    using project = await packed();
    damage(join(project.store, folder));
    const refused = await project.run('unpack', 'x:v1', '-d', 'out', '-f', 'model');
    assert.equal(refused.code, 4, refused.stdout);
    assert.match(refused.stderr, /descriptor-mismatch/);
    assert.deepEqual(list(join(project.path, 'out')), []);
    assert.equal((await project.run('store', 'check')).code, 4);
    assert.equal((await project.run('pack', 'project', '-t', 'x:v1')).code, 0);
    assert.equal((await project.run('store', 'check')).code, 0);
    assert.equal((await project.run('unpack', 'x:v1', '-d', 'out', '-f', 'model')).code, 0);
  });
}

test('a truncated record of a layer is noticed and repaired', async () => {
  using project = await packed();
  for (const name of readdirSync(join(project.store, 'recipes')))
    truncateSync(join(project.store, 'recipes', name), 40);
  assert.notEqual((await project.run('unpack', 'x:v1', '-d', 'out')).code, 0);
  assert.equal((await project.run('pack', 'project', '-t', 'x:v1')).code, 0);
  assert.equal((await project.run('unpack', 'x:v1', '-d', 'out', '-o')).code, 0);
});

test('store check --repair removes what cannot be served', async () => {
  using project = await packed();
  damage(join(project.store, 'objects'));
  const { stdout } = await project.run('store', 'check', '--repair');
  assert.match(stdout, /Removed x:v1/);
  assert.match((await project.run('list')).stdout, /^REPOSITORY.*\n$/);
  assert.equal((await project.run('pack', 'project', '-t', 'x:v1')).code, 0);
  assert.match((await project.run('store', 'check')).stdout, /all whole/);
});

test('nothing is written through an existing link', async () => {
  using project = await packed();
  mkdirSync(join(project.path, 'elsewhere'));
  mkdirSync(join(project.path, 'out'));
  symlinkSync('../elsewhere', join(project.path, 'out/m'));
  for (const flags of [[], ['-o'], ['-i']]) {
    const { code, stderr } = await project.run('unpack', 'x:v1', '-d', 'out', '-f', 'model', ...flags);
    assert.equal(code, 4);
    assert.match(stderr, /unpack-refused: m is a link/);
  }
  assert.deepEqual(list(join(project.path, 'elsewhere')), []);
});

test('--overwrite replaces a link itself, not its target', async () => {
  using project = await packed();
  mkdirSync(join(project.path, 'out/c'), { recursive: true });
  writeFileSync(join(project.path, 'precious'), 'mine');
  symlinkSync('../../precious', join(project.path, 'out/c/a.py'));
  symlinkSync('../precious', join(project.path, 'out/Kitfile'));
  assert.equal((await project.run('unpack', 'x:v1', '-d', 'out', '-o')).code, 0);
  assert.equal(readFileSync(join(project.path, 'precious'), 'utf8'), 'mine');
  assert.equal(readFileSync(join(project.path, 'out/c/a.py'), 'utf8'), 'print()');
});

test('a refused unpack leaves the old files and no new ones', async () => {
  using project = await packed();
  mkdirSync(join(project.path, 'out/m'), { recursive: true });
  writeFileSync(join(project.path, 'out/m/small'), 'old');
  assert.equal((await project.run('unpack', 'x:v1', '-d', 'out', '-f', 'model')).code, 1);
  assert.deepEqual(list(join(project.path, 'out')), ['m', 'm/small']);
});

test('filters and flags may be written in their long form', async () => {
  using project = await packed();
  const { code, stderr } = await project.run('unpack', '--dir', 'out', 'x:v1', '--filter', 'code', '--overwrite');
  assert.equal(code, 0, stderr);
  assert.deepEqual(list(join(project.path, 'out')), ['c', 'c/a.py']);
});
