import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';

const plugin = (name: string) => `export default (options = {}) => ({ name: '${name}', apiVersion: 1,
  apply: ({ register }) => register('target', { id: options.id ?? '${name}', open: () => ({}) }) });`;

const installed = (name: string) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', type: 'module', exports: './i.js' }),
  [`node_modules/${name}/i.js`]: plugin('mine'),
});

test('--plugin takes a path, relative to the current directory, and options', async () => {
  using project = createProject({});
  addFiles(project.path, { 'near.mjs': plugin('near') });
  const { code, stdout, stderr } = await project.run('--plugin', './near.mjs={"id": "far"}', 'targets');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^far: +near$/m);
});

test('--plugin takes a package of the root of the data, by any of its names, several times', async () => {
  using project = createProject({});
  addFiles(project.home, installed('kitwright-plugin-mine'));
  addFiles(project.path, { 'near.mjs': plugin('near') });
  const { code, stdout, stderr } = await project.run('--plugin', 'mine', '--plugin', './near.mjs', 'targets');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^mine: +mine$/m);
  assert.match(stdout, /^near: +near$/m);
});

test('a name that is typed in a directory does not run what lies there', async () => {
  using project = createProject({});
  addFiles(project.directory, installed('kitwright-plugin-mine'));
  const args = ['--config', project.home, '--plugin', 'mine', 'targets'];
  const { code, stderr } = await runCli(args, { cwd: project.directory });
  assert.equal(code, 2);
  assert.match(
    stderr,
    /plugin-invalid: The plugin mine \(--plugin\) is not installed for .*looked for: mine, @kitwright\/mine/,
  );
  assert.doesNotMatch(stderr, /\n {2}at |config\.json/);
});

test('options that are no JSON say how to quote them', async () => {
  using project = createProject({});
  const { code, stderr } = await project.run('--plugin', 'x={name:1}', 'targets');
  assert.equal(code, 2);
  assert.match(stderr, /usage: --plugin: the options of x are no JSON.*Quote them for the shell/s);
});
