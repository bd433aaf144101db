import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

const files = { Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: '1' };

test('rules of a config that is not trusted start no program for a key in a service', {
  skip: process.platform === 'win32' && 'the program of this test is a shell script',
}, async () => {
  const verify = [{ match: '**', keys: ['spy://key'] }];
  using project = createProject({ ...files, 'kitwright.config.json': JSON.stringify({ verify }) });
  const program = join(project.path, 'sigstore-kms-spy');
  writeFileSync(program, `#!/bin/sh\necho > '${project.path}/started'\n`);
  chmodSync(program, 0o755);
  const pack = (...flags: readonly string[]) =>
    runHosted(['--config', project.home, ...flags, 'pack', 'project', '-t', 'oci:./layout:v1'], {
      cwd: project.path,
      env: { PATH: `${project.path}${delimiter}${process.env['PATH'] ?? ''}` },
    });
  const { code, stderr } = await pack();
  assert.equal(code, 0, stderr);
  assert.match(stderr, /\[WARN \] .*kitwright\.config\.json is not trusted: "verify" is not followed/);
  assert.ok(!existsSync(join(project.path, 'started')));
  assert.notEqual((await pack('--trust')).code, 0);
  assert.ok(existsSync(join(project.path, 'started')));
});

test('a config that is not trusted puts no variable of the environment into provenance', async () => {
  const settings = JSON.stringify({ attestEnv: ['DATABASE_URL'] });
  using project = createProject({ ...files, 'kitwright.config.json': settings });
  const attested = async (...flags: readonly string[]) => {
    const args = ['--config', project.home, ...flags, 'pack', 'project', '-t', 'oci:./layout:v1', '--attest'];
    const { code, stderr } = await runHosted(args, {
      cwd: project.path,
      env: { DATABASE_URL: 'db.example.com/hidden' },
    });
    assert.equal(code, 0, stderr);
    const blobs = join(project.path, 'layout', 'blobs', 'sha256');
    return readdirSync(blobs).some((name) => readFileSync(join(blobs, name)).includes('hidden'));
  };
  assert.equal(await attested(), false);
  assert.equal(await attested('--trust'), true);
});
