import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject, type Project } from '../support/project.ts';

/** A kit whose dataset is another kit, which refers to a further one. */
const packed = async (): Promise<Project> => {
  const project = createProject({});
  const pack = async (tag: string, kitfile: string) => {
    project.write({ Kitfile: `manifestVersion: 1.0.0\n${kitfile}`, 'rows.csv': `rows of ${tag}`, 'readme.md': tag });
    const { code, stderr } = await project.run('pack', 'project', '-t', tag);
    assert.equal(code, 0, stderr);
  };
  await pack('base:v1', 'datasets: [{name: b, path: rows.csv}]\ndocs: [{path: readme.md}]\n');
  await pack('data:v1', 'datasets: [{name: d, path: rows.csv}, {path: more, remotePath: base:v1}]\n');
  await pack('top:v1', 'datasets: [{name: all, path: sets/all, remotePath: data:v1}]\ndocs: [{path: readme.md}]\n');
  return project;
};

const read = (project: Project, path: string) => readFileSync(join(project.path, path), 'utf8');

test('the datasets of another kit are unpacked to the path of the dataset, and those of further kits below them', async () => {
  using project = await packed();
  const { code, stdout, stderr } = await project.run('unpack', 'top:v1', '-d', 'out', '--include-remote');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Unpacking referenced dataset ModelKit data:v1 to sets\/all\n/);
  assert.equal(read(project, 'out/sets/all/rows.csv'), 'rows of data:v1');
  assert.equal(read(project, 'out/sets/all/more/rows.csv'), 'rows of base:v1');
  assert.equal(read(project, 'out/readme.md'), 'top:v1');
  assert.ok(!existsSync(join(project.path, 'out/sets/all/Kitfile')), 'only datasets are unpacked');
});

test('without the flag they are left out, with a message', async () => {
  using project = await packed();
  const { code, stderr } = await project.run('unpack', 'top:v1', '-d', 'out');
  assert.equal(code, 0);
  assert.match(stderr, /\[WARN \] ModelKit contains remote datasets\. To unpack, specify the --include-remote flag/);
  assert.ok(!existsSync(join(project.path, 'out/sets')));
});

test('a filter chooses the dataset by the name that it has in this kit', async () => {
  using project = await packed();
  const run = (filter: string, to: string) =>
    project.run('unpack', 'top:v1', '-d', to, '--include-remote', '-f', filter);
  assert.equal((await run('datasets:all', 'one')).code, 0);
  assert.ok(existsSync(join(project.path, 'one/sets/all/rows.csv')));
  assert.equal((await run('docs', 'two')).code, 0);
  assert.ok(!existsSync(join(project.path, 'two/sets')));
});

test('kits that refer to each other are refused', async () => {
  using project = await packed();
  project.write({ Kitfile: 'manifestVersion: 1.0.0\ndatasets: [{path: again, remotePath: top:v1}]\n' });
  assert.equal((await project.run('pack', 'project', '-t', 'base:v1')).code, 0);
  const { code, stderr } = await project.run('unpack', 'top:v1', '-d', 'out', '--include-remote');
  assert.equal(code, 2);
  assert.match(stderr, /references-cycle.*top:v1 -> data:v1 -> base:v1 -> top:v1/);
});

test('nothing is written through a link at the path of a dataset', async () => {
  using project = await packed();
  mkdirSync(join(project.path, 'out'));
  mkdirSync(join(project.path, 'elsewhere'));
  symlinkSync('../elsewhere', join(project.path, 'out/sets'));
  const { code, stderr } = await project.run('unpack', 'top:v1', '-d', 'out', '--include-remote', '-o');
  assert.equal(code, 4);
  assert.match(stderr, /unpack-refused.*link/);
  assert.ok(!existsSync(join(project.path, 'elsewhere/all')));
});

test('the same kit is fetched three times at most, whatever its names are', async () => {
  using project = await packed();
  const unpack = async (names: readonly string[], to: string) => {
    for (const name of names) await project.run('tag', 'base:v1', name);
    const datasets = names.map((name, i) => `{path: d${i}, remotePath: ${name}}`).join(', ');
    project.write({ Kitfile: `manifestVersion: 1.0.0\ndatasets: [${datasets}]\n` });
    assert.equal((await project.run('pack', 'project', '-t', `${to}:v1`)).code, 0);
    return project.run('unpack', `${to}:v1`, '-d', to, '--include-remote');
  };
  const three = await unpack(['base:a', 'base:b', 'base:c'], 'three');
  assert.equal(three.code, 0, three.stderr);
  const four = await unpack(['base:a', 'base:b', 'base:c', 'base:d'], 'four');
  assert.equal(four.code, 4);
  assert.match(four.stderr, /unpack-refused: The kit refers to the datasets of base:d more than 3 times/);
});
