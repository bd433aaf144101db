import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject, digestIn, type Project } from '../support/project.ts';

const index = ({ store }: Project) => join(store, 'index.json');

const losses: Readonly<Record<string, (project: Project) => void>> = {
  missing: (project) => rmSync(index(project)),
  empty: (project) => truncateSync(index(project)),
  'cut off': (project) => truncateSync(index(project), 100),
  'of another kind': (project) => writeFileSync(index(project), '{}'),
};

const createStore = async (): Promise<Project> => {
  const project = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', m: 'first' });
  assert.equal((await project.run('pack', 'project', '-t', 'team/x:v1')).code, 0);
  project.write({ m: 'second' });
  assert.equal((await project.run('pack', 'project', '-t', 'team/y:v1')).code, 0);
  return project;
};

const contents = ({ store }: Project) =>
  ['blobs/sha256', 'packs', 'recipes'].map((folder) => readdirSync(join(store, folder)));

for (const [how, lose] of Object.entries(losses))
  test(`an index that is ${how} is an error with a hint how to repair it, and nothing is deleted`, async () => {
    using project = await createStore();
    const before = contents(project);
    lose(project);
    const commands = ['list', 'store gc', 'store check', 'pack project -t z:v1', 'remove team/x:v1', 'remove --all'];
    for (const command of commands) {
      const { code, stdout, stderr } = await project.run(...command.split(' '));
      assert.deepEqual([code, stdout], [1, ''], command);
      assert.match(stderr, /store-damaged: The index of the store .*\n {2}hint: .*"kitwright store check --repair"/);
    }
    assert.deepEqual(contents(project).slice(0, 2), before.slice(0, 2));
    const { code, stdout } = await project.run('store', 'check', '--repair');
    assert.equal(code, 0);
    assert.match(stdout, /^Recovered team\/x:v1\n/m);
    assert.equal((await project.run('unpack', 'team/x:v1', '-d', 'out')).code, 0);
    assert.equal(readFileSync(join(project.path, 'out/m'), 'utf8'), 'first');
  });

test('a kit whose name is lost is found by its digest, can be named again, and is not deleted before', async () => {
  using project = await createStore();
  const digest = digestIn(await project.run('pack', 'project', '-t', 'team/y:v1'));
  rmSync(index(project));
  rmSync(join(project.store, 'index.previous.json'));
  const { stdout } = await project.run('store', 'check', '--repair');
  assert.match(stdout, new RegExp(`^Recovered @${digest}$`, 'm'));
  await project.run('store', 'gc');
  assert.match((await project.run('list')).stdout, new RegExp(`<none> .*${digest}`));
  assert.equal((await project.run('tag', digest, 'team/y:v1')).code, 0);
  assert.equal((await project.run('unpack', 'team/y:v1', '-d', 'out')).code, 0);
  assert.equal(readFileSync(join(project.path, 'out/m'), 'utf8'), 'second');
});

test('one invalid entry does not affect the names of the others', async () => {
  using project = await createStore();
  const text = readFileSync(index(project), 'utf8');
  writeFileSync(index(project), text.replace(/"digest":"sha256:/, '"digest":"nope:'));
  assert.equal((await project.run('list')).code, 1);
  const { stdout } = await project.run('store', 'check', '--repair');
  assert.match(stdout, /^Recovered team\/y:v1$/m);
  assert.match(stdout, /^Recovered @sha256:/m);
});

test('a store that holds nothing needs no index', async () => {
  using project = createProject({});
  assert.equal((await project.run('list')).code, 0);
  assert.equal((await project.run('store', 'gc')).code, 0);
  assert.match((await project.run('store', 'check', '--repair')).stdout, /^Checked 0 kits/);
});
