import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject, type Project } from '../support/project.ts';

const packed = async (...tags: readonly string[]): Promise<Project> => {
  const project = createProject({
    Kitfile: 'manifestVersion: 1.0.0\npackage: {name: n}\ncode: [{path: a.py}]\n',
    'a.py': '1',
  });
  for (const tag of tags) assert.equal((await project.run('pack', 'project', '-t', tag)).code, 0);
  return project;
};

test('a name as kit prints it, localhost/x:tag, is accepted', async () => {
  using project = await packed('x:v1');
  assert.match((await project.run('tag', 'x:v1', 'x:v2')).stdout, /localhost\/x:v1 tagged as localhost\/x:v2/);
  for (const args of [['info'], ['inspect'], ['unpack', '-d', 'out']]) {
    const [command = '', ...flags] = args;
    const { code, stderr } = await project.run(command, 'localhost/x:v2', ...flags);
    assert.equal(code, 0, `${command}: ${stderr}`);
  }
  assert.equal((await project.run('diff', 'localhost/x:v1', 'x:v2')).code, 0);
  assert.equal((await project.run('remove', 'localhost/x:v2')).code, 0);
  assert.equal((await project.run('info', 'x:v2')).code, 1);
});

test('localhost/x and x are two repositories: each is found by its own name first, and list shows both', async () => {
  using project = await packed('x:v1');
  project.write({ 'a.py': '2' });
  assert.equal((await project.run('pack', 'project', '-t', 'localhost/x:v1')).code, 0);
  const digestOf = async (name: string) => JSON.parse((await project.run('inspect', name)).stdout).digest;
  assert.notEqual(await digestOf('x:v1'), await digestOf('localhost/x:v1'));
  const repositories = (await project.run('list', '--format', '{{.Repo}}')).stdout.trim().split('\n').sort();
  assert.deepEqual(repositories, ['localhost/x', 'x']);
});

test('an integer that a float64 cannot hold survives unpack, and packs to the same config again', async () => {
  using project = await packed();
  project.write({
    Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: a.py, parameters: {big: 9007199254740993, small: 100000000}}\n',
  });
  assert.equal((await project.run('pack', 'project', '-t', 'x:v1')).code, 0);
  assert.equal((await project.run('unpack', 'x:v1', '-d', 'out')).code, 0);
  assert.match(readFileSync(join(project.path, 'out/Kitfile'), 'utf8'), /big: 9007199254740993\n {4}small: 1e\+08\n/);
  assert.equal((await project.run('pack', 'out', '-t', 'x:v2')).code, 0);
  const configOf = async (name: string) =>
    JSON.parse((await project.run('inspect', name)).stdout).manifest.config.digest;
  assert.equal(await configOf('x:v1'), await configOf('x:v2'));
});

test('an invalid template of list gives an error with the reason', async () => {
  using project = await packed('x:v1');
  for (const [template, why] of [
    ['{{.Nope}}', /no field \.Nope/],
    ['{{.Repo', /not closed/],
  ] as const) {
    const { code, stdout, stderr } = await project.run('list', '--format', template);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, why);
  }
});

test('equal layers are counted when kits are compared', async () => {
  using project = createProject({
    Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}, {path: b.py}]\n',
    'a/x': '1',
    'b.py': '2',
  });
  await project.run('pack', 'project', '-t', 'x:v1');
  project.write({ Kitfile: 'manifestVersion: 1.0.0\npackage: {name: other}\ncode: [{path: a}, {path: b.py}]\n' });
  await project.run('pack', 'project', '-t', 'x:v2');
  const { shared, only } = JSON.parse((await project.run('diff', 'x:v1', 'x:v2', '--json')).stdout);
  assert.deepEqual([shared.length, only], [2, [[], []]]);
});

test('info names the two sections that have other names in kit', async () => {
  using project = await packed('x:v1');
  const { code, stderr } = await project.run('info', 'x:v1', '-f', 'datasets');
  assert.notEqual(code, 0);
  assert.match(stderr, /hint: As in kit, it is called DataSets here/);
});
