import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createProject, type Project } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

/** A chain of three: `child` refers to `base`, which refers to `root`. All have the tag `latest`. */
const createChain = async (): Promise<Project> => {
  const project = createProject({
    'root/Kitfile': 'manifestVersion: 1.0.0\nmodel: {path: root.bin}\n',
    'root/root.bin': 'r',
    'base/Kitfile': 'manifestVersion: 1.0.0\nmodel: {path: "team/root:latest", parts: [{path: base.bin}]}\n',
    'base/base.bin': 'b',
    'child/Kitfile': 'manifestVersion: 1.0.0\nmodel: {path: "team/base:latest", parts: [{path: child.bin}]}\n',
    'child/child.bin': 'c',
  });
  for (const name of ['root', 'base', 'child']) {
    const { code, stderr } = await project.run('pack', `project/${name}`, '-t', `team/${name}:latest`);
    assert.equal(code, 0, stderr);
  }
  return project;
};

/** The same project on another machine. */
const elsewhere =
  ({ path }: Project) =>
  (...args: readonly string[]) =>
    runHosted(['--config', join(path, 'elsewhere'), ...args], { cwd: path });

for (const place of ['archive:kits.tar', 'oci:kits'])
  test(`${place} holds the kits to which a kit refers too, and they can be copied back`, async () => {
    using project = await createChain();
    const copied = await project.run('--json', 'copy', 'team/child:latest', `${place}:latest`);
    const { referenced } = JSON.parse(copied.stdout) as { referenced: { reference: string }[] };
    assert.deepEqual(
      referenced.map(({ reference }) => reference),
      ['team/base:latest', 'team/root:latest'],
    );
    const run = elsewhere(project);
    const back = await run('copy', `${place}:latest`, 'team/child:latest');
    assert.equal(back.code, 0, back.stderr);
    assert.match(back.stdout, /referenced kit team\/base:latest\)\n.*referenced kit team\/root:latest\)\nCopied/);
    assert.equal((await run('unpack', 'team/child:latest', '-d', 'out')).code, 0);
    for (const name of ['root', 'base', 'child'])
      assert.equal(readFileSync(join(project.path, 'out', `${name}.bin`), 'utf8'), name[0]);
    const { stdout } = await run('list', '--format', '{{.Repo}}');
    assert.deepEqual(stdout.trim().split('\n').sort(), ['team/base', 'team/child', 'team/root']);
  });

test('a kit that the local store has under the name stays', async () => {
  using project = await createChain();
  await project.run('copy', 'team/child:latest', 'archive:kits.tar:v1');
  const run = elsewhere(project);
  project.write({ 'root/root.bin': 'newer' });
  await run('pack', 'project/root', '-t', 'team/root:latest');
  await run('copy', 'archive:kits.tar:v1', 'team/child:latest');
  await run('unpack', 'team/child:latest', '-d', 'out');
  assert.equal(readFileSync(join(project.path, 'out/root.bin'), 'utf8'), 'newer');
});

test('a kit that is not found gives a warning, and the rest is copied', async () => {
  using project = await createChain();
  await project.run('remove', 'team/root:latest');
  const { code, stderr } = await project.run('copy', 'team/base:latest', 'archive:kits.tar:v1');
  assert.equal(code, 0, stderr);
  assert.match(stderr, /\[WARN \] .*team\/root:latest, to which the kit refers, was not found and is not copied\./);
  assert.equal((await elsewhere(project)('copy', 'archive:kits.tar:v1', 'team/base:latest')).code, 0);
});

test('a registry gets only the kit: the others have their own names', async () => {
  using project = await createChain();
  await using registry = await startRegistry();
  const { stdout } = await project.run('--json', 'copy', 'team/child:latest', `${registry.host}/x:v1`, '--plain-http');
  assert.deepEqual((JSON.parse(stdout) as { referenced: unknown }).referenced, []);
});

test('an archive that cannot be completed leaves nothing', async () => {
  using project = await createChain();
  const { code } = await project.run('copy', 'team/child:latest', 'archive:none/kits.tar:v1');
  assert.notEqual(code, 0);
  assert.ok(!existsSync(join(project.path, 'none')));
});

test('an archive gives no kit the name of a registry, unless the user allows it', async () => {
  using project = createProject({
    'base/Kitfile': 'manifestVersion: 1.0.0\nmodel: {path: base.bin}\n',
    'base/base.bin': 'b',
    'child/Kitfile':
      'manifestVersion: 1.0.0\nmodel: {path: "registry.test/team/base:v1", parts: [{path: child.bin}]}\n',
    'child/child.bin': 'c',
  });
  await project.run('pack', 'project/base', '-t', 'registry.test/team/base:v1');
  await project.run('pack', 'project/child', '-t', 'child:v1');
  assert.equal((await project.run('copy', 'child:v1', 'archive:kits.tar:v1')).code, 0);
  const run = elsewhere(project);
  const refused = await run('copy', 'archive:kits.tar:v1', 'child:v1');
  assert.equal(refused.code, 0, refused.stderr);
  assert.match(refused.stderr, /registry\.test\/team\/base:v1, .* is not copied: .*--allow-registry registry\.test/);
  assert.doesNotMatch((await run('list')).stdout, /registry\.test/);
  await run('copy', 'archive:kits.tar:v1', 'child:v1', '--allow-registry', 'registry.test');
  assert.match((await run('list')).stdout, /registry\.test\/team\/base/);
});
