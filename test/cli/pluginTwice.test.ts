import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject } from '../support/project.ts';

const name = 'kitwright-plugin-jbox';
const installed = (version: string) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version, type: 'module', exports: './i.js' }),
  [`node_modules/${name}/i.js`]: `export default ({ id }) => ({ name: '${name}', apiVersion: 1,
  apply: ({ register }) => register('target', { id, open: () => ({}) }) });`,
});
const config = (id: string) => JSON.stringify({ plugins: [['jbox', { id }]] });

/** The plugin in the user's config and in that of a project. */
const named = (home: string, own: string) => {
  const project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: 'text' });
  addFiles(project.home, { 'config.json': config('by-user'), ...installed(home) });
  addFiles(project.directory, { 'kitwright.config.json': config('by-project'), ...installed(own) });
  return project;
};

test('a plugin that user and project name counts once, as the project names it', async () => {
  using project = named('1.2.3', '1.2.3');
  const { code, stdout, stderr } = await project.run('--trust', '--json', 'plugins', 'project');
  assert.equal(code, 0, stderr);
  const { plugins } = JSON.parse(stdout) as { plugins: { plugin: string; config: string }[] };
  const found = plugins.filter(({ plugin }) => plugin === name);
  assert.deepEqual(
    found.map((each) => each.config),
    [`${project.directory}/kitwright.config.json`],
  );
  const packed = await project.run('--trust', 'pack', 'project', '-t', 'm:v1');
  assert.equal(packed.code, 0, packed.stderr);
});

test('--plugin takes precedence over the config of the user that names the same file', async () => {
  using project = named('1.2.3', '1.2.3');
  const { code, stdout, stderr } = await project.run('--plugin', 'jbox={"id": "typed"}', 'targets');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^typed: /m);
  assert.doesNotMatch(stdout, /by-user/);
});

test('two versions of it are refused, with both configs', async () => {
  using project = named('1.2.3', '2.0.0');
  const { code, stderr } = await project.run('--trust', 'pack', 'project', '-t', 'm:v1');
  assert.equal(code, 2);
  assert.match(stderr, /Two plugins have the name kitwright-plugin-jbox: .*1\.2\.3 .* and .*2\.0\.0 /);
  assert.ok(stderr.includes(`${project.home}/config.json or ${project.directory}/kitwright.config.json`), stderr);
});
