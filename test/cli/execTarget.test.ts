import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { createProject, digestIn, type Project } from '../support/project.ts';
import { projectRoot } from '../support/trackedFiles.ts';

const example = join(projectRoot, 'examples', 'python-target');

/** A project of a user who has programs in this folder. */
const projectWith = (programs: string): Project =>
  createProject(
    { Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: 'text' },
    { PATH: [programs, process.env['PATH']].join(delimiter) },
  );

const runner =
  (project: Project) =>
  async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await project.run(...args);
    assert.deepEqual([code, stderr], [0, ''], args.join(' '));
    return stdout;
  };

test('every verb takes a target that is a program in Python', async () => {
  using project = projectWith(example);
  const run = runner(project);
  const digest = digestIn(await project.run('pack', 'project', '-t', 'm:v1'));
  const place = `exec:folder/${project.path}/kits`;
  assert.match(await run('push', 'm:v1', `${place}:v1`), new RegExp(`Pushed ${digest}`));
  for (const args of [
    ['list', place],
    ['inspect', `${place}:v1`],
    ['pull', `${place}:v1`],
    ['info', `${place}:v1`],
    ['list', `oci:${project.path}/kits`],
  ])
    assert.match(await run(...args), new RegExp(args[0] === 'info' ? 'path: a' : digest), args.join(' '));
  assert.match(await run('diff', 'm:v1', `${place}:v1`), /identical/);
  await run('unpack', `${place}:v1`, '-d', 'out');
  assert.equal(readFileSync(join(project.path, 'out/a'), 'utf8'), 'text');
  assert.match(await run('remove', `${place}:v1`), /Untagged exec:folder/);
  assert.match((await project.run('info', `${place}:v1`)).stderr, /kit-not-found: There is no v1 in exec:folder/);
});

test('a program that is not there, or fails, is named in one line', async () => {
  using project = projectWith(example);
  const missing = await project.run('list', 'exec:nowhere/x');
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /target-invalid: There is no program kitwright-target-nowhere/);
  const programs = join(project.path, 'programs');
  mkdirSync(programs);
  writeFileSync(join(programs, 'kitwright-target-bad'), '#!/bin/sh\necho "\u001b[2Jno tape" >&2\nexit 7\n');
  chmodSync(join(programs, 'kitwright-target-bad'), 0o755);
  using other = projectWith(programs);
  const { code, stderr } = await other.run('list', 'exec:bad/x:v1');
  assert.equal(code, 1);
  assert.match(stderr, /plugin-failed: kitwright-target-bad ended with status 7 \(\\u001b\[2Jno tape\) during hello\./);
});

test('a config of a project that names a program needs trust', async () => {
  using project = projectWith(example);
  project.write({ 'kitwright.config.json': '{"kits": {"m": {"tag": "exec:folder/kits:v1"}}}' });
  assert.match((await project.run('pack', 'project')).stderr, /config-untrusted: .*pushes kits to "exec:folder/);
});
