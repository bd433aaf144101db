import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject, digestIn, type Project } from '../support/project.ts';
import { shelf } from '../support/shelf.ts';

/** A project of a user who has the plugin. */
function createShelfProject() {
  const project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: 'text' });
  addFiles(project.home, { 'config.json': '{"plugins": ["./shelf.mjs"]}', 'shelf.mjs': shelf });
  return project;
}

const runner =
  (project: Project) =>
  async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await project.run(...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    return stdout;
  };

test('a target of a plugin in the config of the user is taken by every verb', async () => {
  using project = createShelfProject();
  const run = runner(project);
  assert.match(await run('targets'), /^shelf: +shelf$/m);
  const digest = digestIn(await project.run('pack', 'project', '-t', 'm:v1'));
  const kit = `shelf:${project.path}/shelf:v1`;
  await run('push', 'm:v1', kit);
  for (const args of [
    ['list', `shelf:${project.path}/shelf`],
    ['inspect', kit],
    ['pull', kit],
  ])
    assert.match(await run(...args), new RegExp(digest), args.join(' '));
  assert.match(await run('info', kit), /path: a/);
  assert.match(await run('diff', 'm:v1', kit), /identical/);
  await run('unpack', kit, '-d', 'out');
  assert.equal(readFileSync(join(project.path, 'out/a'), 'utf8'), 'text');
  await run('copy', kit, 'archive:kit.tar:v1');
  await run('tag', kit, kit.replace(/v1$/, 'v2'));
  assert.match(await run('list', `shelf:${project.path}/shelf`), /v2/);
  await run('tag', 'archive:./kit.tar:v1', 'archive:./kit.tar:v2');
  assert.match(await run('info', 'archive:./kit.tar:v2'), /path: a/);
  const elsewhere = await project.run('tag', kit, 'archive:./other.tar:v2');
  assert.match(
    elsewhere.stderr,
    /kit-not-found: archive:\.\/other\.tar:v2 does not hold the kit.*kitwright copy shelf:/s,
  );
  assert.match(await run('remove', kit), /Untagged shelf:/);
  assert.match((await project.run('info', kit)).stderr, /kit-not-found: There is no v1 in shelf:/);
});

test('a kit is packed to a target, under its name there and in the store', async () => {
  using project = createShelfProject();
  const run = runner(project);
  const packed = await run('pack', 'project', '-t', `shelf:${project.path}/models/My Model:v1`);
  assert.match(packed, /Pushing shelf:.*My Model:v1\nPushed sha256:/);
  assert.match(await run('list', `shelf:${project.path}/models/My Model`), /v1/);
  assert.match(await run('list'), /^my-model +v1 /m);
});

test('what kit takes as a name stays a name', async () => {
  using project = createShelfProject();
  await runner(project)('pack', 'project', '-t', 'archive:v1');
  assert.match(await runner(project)('list'), /^archive +v1 /m);
});

test('a config says where its kits are pushed, once it is trusted', async () => {
  using project = createShelfProject();
  const push = `shelf:${project.path}/shelf:v1`;
  project.write({ 'kitwright.config.json': JSON.stringify({ kits: { m: { tag: 'm:v1', push } } }) });
  const refused = await project.run('pack', 'project');
  assert.match(refused.stderr, /config-untrusted: .*pushes kits to "shelf:/);
  const run = runner(project);
  project.write({ 'kitwright.config.json': JSON.stringify({ kits: { m: { tag: push } } }) });
  assert.match((await project.run('pack', 'project')).stderr, /config-untrusted: .*pushes kits to "shelf:/);
  project.write({ 'kitwright.config.json': JSON.stringify({ kits: { m: { tag: 'm:v1', push } } }) });
  await run('trust', 'project');
  assert.doesNotMatch(await run('pack', 'project'), /Pushing/);
  assert.match(await run('pack', 'project', '--push'), /Pushing shelf:/);
  assert.match(await run('list', push.slice(0, -3)), /v1/);
});

test('a watch pushes its kits to a target', async () => {
  using project = createShelfProject();
  const shelves = `shelf:${project.path}/shelf`;
  const run = runner(project);
  await run('watch', 'project', '-t', 'm:v1', '--push', `${shelves}:run`, '--tag-template', 'k-{n}', '--', 'true');
  const list = await run('list', shelves);
  assert.match(list, /run/);
  assert.match(list, /k-1/);
});

test('a target of a plugin that knows no referrers keeps a list of them under a tag', async () => {
  using project = createShelfProject();
  const run = runner(project);
  const kit = `shelf:${project.path}/shelf:v1`;
  await run('pack', 'project', '-t', 'm:v1');
  await run('attach', 'm:v1', 'project/a:text/plain', '--artifact-type', 'application/x.one');
  await run('push', 'm:v1', kit);
  await run('attach', kit, 'project/a:text/plain', '--artifact-type', 'application/x.two');
  await run('remove', 'm:v1');
  await run('pull', kit);
  for (const place of [kit, 'store:shelf:v1']) {
    const found = await run('discover', place);
    for (const type of ['application/x.one', 'application/x.two']) assert.ok(found.includes(type), found);
  }
});
