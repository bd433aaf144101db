import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject } from '../support/project.ts';

const plugin = (apply: string) =>
  `export default { name: 'sleepy', apiVersion: 1, apply({ hooks, register }) { ${apply} } };`;

const withPlugin = (apply: string) => {
  const project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: 'text' });
  addFiles(project.home, { 'config.json': '{"plugins": ["./sleepy.mjs"]}', 'sleepy.mjs': plugin(apply) });
  return project;
};

test('a hook that never settles is named when nothing can end it', async () => {
  using project = withPlugin(
    'hooks.build.tap(({ hooks }) => hooks.assembled.tap(() => new Promise(() => undefined)));',
  );
  const { code, stderr } = await project.run('pack', 'project', '-t', 'm:v1');
  assert.equal(code, 1);
  assert.match(stderr, /plugin-failed: A plugin never ended what it began: sleepy: assembled/);
});

test('a timer that a plugin leaves keeps no command alive', async () => {
  using project = withPlugin('setInterval(() => undefined, 1000);');
  const { code } = await project.run('pack', 'project', '-t', 'm:v1');
  assert.equal(code, 0);
});

test('one Ctrl-C ends a command that waits for a plugin, and names it', async () => {
  using project = withPlugin(`
    register('target', { id: 'tape', open: (location, access, { progress }) => {
      const wait = () => { progress('waits for the tape'); process.kill(process.pid, 'SIGINT'); return new Promise(() => setInterval(() => 0, 1000)); };
      return { repository: '', references: ['v1'], target: { name: 'tape', complete: false, exists: wait, fetch: wait, push: wait, tag: wait, resolve: wait } };
    } });`);
  await project.run('pack', 'project', '-t', 'm:v1');
  const { code, stderr } = await project.run('push', 'm:v1', 'tape:x');
  assert.equal(code, 130);
  assert.match(stderr, /cancelled: Cancelled by SIGINT/);
  assert.match(stderr, /plugin sleepy does not end .*target tape\.\w+ \(waits for the tape\)/);
});
