import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry, type TestRegistry } from '@kitwright/testkit';
import { createProject, digestIn, type Project } from '../support/project.ts';

const files = {
  Kitfile:
    'manifestVersion: 1.0.0\npackage: {name: x, description: old}\nmodel: {path: m.bin}\ncode: [{path: src}]\ndocs: [{path: README.md}]\n',
  'm.bin': randomBytes(3_000_000),
  'src/a.py': '1',
  'README.md': 'old card',
};

const run = async (project: Project, ...args: readonly string[]) => {
  const result = await project.run(...args, ...(['pack', 'store'].includes(args[0] ?? '') ? [] : ['--plain-http']));
  assert.equal(result.code, 0, `${args.join(' ')}: ${result.stderr}`);
  return result.stdout;
};

/** A kit at a registry, and a project whose store lacks it. */
const withKit = async (
  use: (project: Project, registry: TestRegistry, kit: string, digest: string) => Promise<void>,
) => {
  await using registry = await startRegistry();
  using maker = createProject(files);
  using project = createProject({});
  const kit = `${registry.host}/team/model:v1`;
  const digest = digestIn(await maker.run('pack', 'project', '-t', kit));
  assert.equal((await maker.run('push', kit, '--plain-http')).code, 0);
  await use(project, registry, kit, digest);
};

const sent = (requests: TestRegistry['requests']) => requests.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0);
const readBlobs = (requests: TestRegistry['requests']) =>
  requests.filter(({ method, path }) => method === 'GET' && /blobs/.test(path));

test('a new model card, words and annotations: only they are sent, and no layer is read', () =>
  withKit(async (project, registry, kit, digest) => {
    writeFileSync(join(project.path, 'card.md'), 'new card');
    const [target, before] = [kit.replace('v1', 'v1.1'), registry.requests.length];
    const flags = ['--file', 'card.md=README.md', '--file', 'card.md=docs/MORE.md', '--set', 'model.license=MIT'];
    const out = await run(
      project,
      'amend',
      kit,
      ...flags,
      '--description',
      'new words',
      '-a',
      'stage=prod',
      '-t',
      target,
    );
    assert.match(out, new RegExp(`^Amended ${digest} to sha256:\\w+ at ${target}`));
    const requests = registry.requests.slice(before);
    assert.ok(sent(requests) < 20_000, String(sent(requests)));
    assert.ok(readBlobs(requests).length <= 2, 'the config, and no layer');
    await run(project, 'unpack', target, '-d', 'out');
    const at = (name: string) => readFileSync(join(project.path, 'out', name));
    assert.ok(at('m.bin').equals(files['m.bin']));
    assert.deepEqual(
      [String(at('README.md')), String(at('docs/MORE.md')), String(at('src/a.py'))],
      ['new card', 'new card', '1'],
    );
    assert.match(String(at('Kitfile')), /description: new words[\s\S]*license: MIT/);
    const { manifest } = JSON.parse(await run(project, 'inspect', '-r', target));
    assert.equal(manifest.annotations['stage'], 'prod');
    assert.equal(manifest.annotations['org.opencontainers.image.base.digest'], digest);
    assert.match(await run(project, 'inspect', '-r', kit), new RegExp(digest), 'the old kit is as it was');
    assert.deepEqual(readdirSync(join(project.store, 'tmp')), []);
  }));

test('without --tag the tag moves; into another repository the blobs are mounted', () =>
  withKit(async (project, registry, kit, digest) => {
    const other = kit.replace('team/model', 'public/model');
    const answer = JSON.parse(await run(project, '--json', 'amend', kit, '--description', 'new', '-t', other));
    assert.deepEqual([answer.base, answer.mounted >= 3], [digest, true]);
    await run(project, 'amend', kit, '--description', 'newer');
    assert.doesNotMatch(await run(project, 'inspect', '-r', kit), new RegExp(`"digest": "${digest}"`));
    assert.ok(registry.content.tags.has('public/model v1'));
  }));

test('what is attached to the old kit stays with it, and that is said', () =>
  withKit(async (project, _registry, kit) => {
    writeFileSync(join(project.path, 'sbom.json'), '{}');
    await run(project, 'attach', kit, 'sbom.json', '--artifact-type', 'application/spdx+json');
    const out = await run(project, 'amend', kit, '--description', 'new', '-t', kit.replace('v1', 'v2'));
    assert.match(out, /attached to the old ModelKit \(1\) stays with it/);
    assert.match(await run(project, 'discover', kit), /application\/spdx/);
    assert.doesNotMatch(await run(project, 'discover', kit.replace('v1', 'v2')), /application\/spdx/);
  }));

test('a kit of the local store and one of a layout', async () => {
  using project = createProject(files);
  await run(project, 'pack', 'project', '-t', 'x:v1');
  await run(project, 'amend', 'x:v1', '--description', 'new', '-t', 'x:v2');
  assert.match(await run(project, 'info', 'x:v2'), /description: new/);
  await run(project, 'unpack', 'x:v2', '-d', 'out');
  assert.ok(readFileSync(join(project.path, 'out', 'm.bin')).equals(files['m.bin']));
  await run(project, 'copy', 'x:v1', 'oci:layout:v1');
  await run(project, 'amend', 'oci:layout:v1', '--file', 'project/README.md', '-t', 'oci:layout:v2');
  await run(project, 'unpack', 'oci:layout:v2', '-d', 'again');
  await run(project, 'store', 'check');
});

test('labels of an index at a registry, without its kits', async () => {
  await using registry = await startRegistry();
  using maker = createProject(files);
  using project = createProject({});
  const [kit, index] = [`${registry.host}/team/model:q4`, `${registry.host}/team/model:all`];
  await run(maker, 'pack', 'project', '-t', kit);
  for (const args of [
    ['create', index],
    ['add', index, kit, '-l', 'bits:=4'],
  ])
    assert.equal((await maker.run('index', ...args)).code, 0);
  await run(maker, 'index', 'push', index);
  await run(maker, 'push', kit);
  const before = registry.requests.length;
  await run(project, 'amend', index, '--kit', 'q4', '--label', 'vram=6GB');
  assert.ok(sent(registry.requests.slice(before)) < 2000);
  assert.equal(readBlobs(registry.requests.slice(before)).length, 0);
  await run(project, 'unpack', index, '-l', 'vram<=8GB', '-l', 'bits=4', '-d', 'out');
  const missing = await project.run('amend', index, '--kit', 'q8', '--label', 'a=b', '--plain-http');
  assert.match(missing.stderr, /index-selection.*"q8"[\s\S]*There are: q4/);
  const asKit = await project.run('amend', kit, '--kit', 'q4', '--label', 'a=b', '--plain-http');
  assert.match(asKit.stderr, /index-invalid/);
  assert.match((await project.run('amend', index, '--description', 'x', '--plain-http')).stderr, /index-invalid/);
});

test('what a killed process leaves of it is removed', async () => {
  using project = createProject(files);
  await run(project, 'pack', 'project', '-t', 'x:v1');
  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  const [left, live] = [`amend-${ended}-a`, `amend-${process.pid}-b`].map((name) => join(project.store, 'tmp', name));
  for (const folder of [left, live]) mkdirSync(join(folder ?? '', 'docs'), { recursive: true });
  await run(project, 'store', 'gc');
  assert.deepEqual([existsSync(left ?? ''), existsSync(live ?? '')], [false, true]);
});

test('mistakes are told before anything is sent', () =>
  withKit(async (project, registry, kit) => {
    const before = registry.requests.length;
    mkdirSync(join(project.path, 'folder'));
    writeFileSync(join(project.path, 'card.md'), 'x');
    const refused = async (pattern: RegExp, ...args: readonly string[]) => {
      const { code, stderr } = await project.run('amend', kit, ...args, '--plain-http');
      assert.notEqual(code, 0, args.join(' '));
      assert.match(stderr, pattern, args.join(' '));
      assert.doesNotMatch(stderr, /\.js:\d+/);
    };
    await refused(/usage: Nothing is to be changed/);
    await refused(/usage: --kit and --label change an index/, '--kit', 'x', '--label', 'a=b', '--description', 'x');
    await refused(/usage: .*both are needed/, '--label', 'a=b');
    await refused(/usage: "model\.path" cannot be set/, '--set', 'model.path=x');
    await refused(/amend-refused.*"src"/, '--file', 'card.md=src/a.py');
    for (const path of ['../x', '/x', 'a/../../x', '..', '', 'Kitfile', 'a\\b'])
      await refused(/usage: .*names no file in the ModelKit/, '--file', `card.md=${path}`);
    await refused(/file-unreadable/, '--file', 'missing.md');
    await refused(/file-unreadable/, '--file', 'folder=x.md');
    await refused(/file-unreadable.*no plain file/, '--file', '/dev/zero=x.md');
    assert.equal(sent(registry.requests.slice(before)), 0);
    assert.ok(!existsSync(join(project.store, 'tmp')) || readdirSync(join(project.store, 'tmp')).length === 0);
  }));
