import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';

const forged = 'x\nregistry.corp/prod   v1\n::stop-commands::zz\r[INFO ] verified\u2028::add-mask::x';

const kit = {
  Kitfile: `manifestVersion: 1.0.0\npackage: {name: ${JSON.stringify(forged)}, authors: [${JSON.stringify(forged)}]}\ndatasets: [{path: src, name: ${JSON.stringify(forged)}}]\n`,
  'src/a\n::stop-commands::zz': '1',
};

/** Lines that were forged by a name. */
const forgedIn = (text: string) =>
  text.split(/[\n\r\u2028]/).filter((line) => /^\s*(?:::(?:stop|add)|registry\.corp|\[INFO)/.test(line));

test('names cannot add lines, on a pipe and in a CI log', async () => {
  using project = createProject(kit);
  assert.equal((await project.run('pack', 'project', '-t', 'x:v1')).code, 0);
  project.write({ 'src/b': '2' });
  for (const args of [
    ['--progress', 'github', 'pack', 'project', '-t', 'y:v1'],
    ['list'],
    ['diff', 'x:v1', 'y:v1', '--files'],
    ['unpack', 'x:v1', '-d', 'out'],
    ['pack', 'project', '--dry-run'],
    ['--progress', 'github', 'pack', 'no\n::stop-commands::zz'],
    ['inspect', 'x:\n::stop-commands::zz'],
  ]) {
    const { stdout, stderr } = await project.run(...args);
    assert.deepEqual(forgedIn(stdout + stderr), [], args.join(' '));
    assert.notEqual(stdout + stderr, '');
  }
});

test('documents keep names unchanged', async () => {
  using project = createProject(kit);
  await project.run('pack', 'project', '-t', 'x:v1');
  const { stdout } = await project.run('list', '--format', 'json');
  const [listed] = JSON.parse(stdout) as readonly { readonly modelName: string }[];
  assert.equal(listed?.modelName, forged);
});
