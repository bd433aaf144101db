import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject, digestIn, type Project } from '../support/project.ts';

const packed = async (): Promise<{ readonly project: Project; readonly digest: string }> => {
  const project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: 'text' });
  const digest = digestIn(await project.run('pack', 'project', '-t', 'm:v1'));
  assert.match(digest, /^sha256:/);
  return { project, digest };
};

for (const target of ['oci:layout', 'archive:My Kit.tar'])
  test(`verbs take ${target} where they take a reference`, async () => {
    const { project, digest } = await packed();
    using _ = project;
    const run = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await project.run(...args);
      assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
      return stdout;
    };
    assert.match(await run('push', 'm:v1', `${target}:v1`), new RegExp(`Pushed ${digest}`));
    assert.match(await run('list', target), new RegExp(`v1 .*${digest}`));
    assert.match(await run('inspect', `${target}:v1`), new RegExp(digest));
    assert.match(await run('info', `${target}:v1`), /path: a/);
    assert.match(await run('diff', 'm:v1', `${target}:v1`), /identical/);
    await run('unpack', `${target}:v1`, '-d', 'out');
    assert.equal(readFileSync(join(project.path, 'out/a'), 'utf8'), 'text');
    const name = target.startsWith('oci') ? 'layout' : 'my-kit';
    assert.match(await run('pull', `${target}:v1`), new RegExp(`Pulled ${digest}`));
    assert.match(await run('info', `${name}:v1`), /path: a/);
  });

test('several tags in the location of a target are all given, by each verb that writes there', async () => {
  const { project, digest } = await packed();
  using _ = project;
  for (const args of [
    ['push', 'm:v1', 'oci:pushed:v1,latest'],
    ['copy', 'm:v1', 'oci:copied:v1,latest'],
    ['pack', 'project', '--push', '-t', 'oci:packed:v1,latest'],
  ]) {
    const { code, stderr } = await project.run(...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    const folder = /oci:\w+/.exec(args.join(' '))?.[0] ?? '';
    const { stdout } = await project.run('list', folder);
    for (const tag of ['v1', 'latest']) assert.match(stdout, new RegExp(`${tag} .*${digest}`));
  }
});

test('what a target cannot do, and what is not there, is said by name', async () => {
  const { project } = await packed();
  using _ = project;
  await project.run('push', 'm:v1', 'oci:layout:v1');
  const removed = await project.run('remove', 'oci:layout:v1');
  assert.deepEqual(
    [removed.code, /Kits cannot be removed from oci:layout:v1.*the power "delete"/s.test(removed.stderr)],
    [2, true],
  );
  const missing = await project.run('info', 'oci:layout:v2');
  assert.match(missing.stderr, /kit-not-found: There is no v2 in oci:layout:v2/);
  const unknown = await project.run('info', 'webdav:somewhere/x:v1');
  assert.notEqual(unknown.code, 0);
});

test('a local kit whose name looks like a target comes first', async () => {
  const { project, digest } = await packed();
  using _ = project;
  await project.run('tag', 'm:v1', 'archive:v1');
  for (const args of [['inspect'], ['info'], ['unpack', '-d', 'out'], ['diff', 'm:v1'], ['remove']]) {
    const { code, stderr } = await project.run(...args, 'archive:v1');
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  }
  assert.match((await project.run('inspect', 'm:v1')).stdout, new RegExp(digest));
});
