import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
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

const commands = 'first\n  ::stop-commands::zz\n::add-mask::x ##[add-mask]x ##vso[task.setvariable variable=PATH]x';

/** Lines that a CI system obeys. */
const obeyed = (text: string) => text.split('\n').filter((line) => /^\s*::|##\w*\[/.test(line));

for (const variable of ['GITHUB_ACTIONS', 'TF_BUILD', 'TEAMCITY_VERSION'])
  test(`text of several lines holds no commands where a CI system reads it: ${variable}`, async () => {
    const text = JSON.stringify(commands);
    using project = createProject(
      {
        Kitfile: `manifestVersion: 1.0.0\npackage: {name: ${text}, description: ${text}, authors: [${text}, '::add-mask::x']}\ncode: [{path: src, description: ${text}}]\n`,
        'src/##[add-mask]x': '1',
      },
      { [variable]: 'true' },
    );
    assert.equal((await project.run('--progress', 'none', 'pack', 'project', '-t', 'x:v1')).code, 0);
    for (const args of [
      ['info', 'x:v1'],
      ['info', 'x:v1', '--filter', 'package.description'],
      ['inspect', 'x:v1'],
      ['list'],
      ['list', '--format', 'json'],
      ['list', '--format', '{{.ModelName}}'],
      ['list', '--format', '{{.Author}}:{{.ModelName}}'],
      ['--json', 'info', 'x:v1'],
      ['--progress', 'none', 'unpack', 'x:v1', '-d', 'out'],
      ['--progress', 'none', 'pack', 'project', '--dry-run'],
    ]) {
      const { stdout, stderr } = await project.run(...args);
      assert.deepEqual(obeyed(stdout + stderr), [], args.join(' '));
      assert.notEqual(stdout + stderr, '');
    }
    const { stdout } = await project.run('info', 'x:v1');
    assert.equal(
      (parse(stdout) as { readonly package: { readonly description: string } }).package.description,
      commands,
    );
  });
