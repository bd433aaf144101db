import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createProject } from '../support/project.ts';
import { cliPath, nodePath, runCli } from '../support/runCli.ts';

test('a full disk leaves nothing behind, and is named by a place that the user knows', {
  skip: process.platform !== 'linux' && 'limits of files are those of Linux',
}, async () => {
  using net = createProject({
    Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n',
    'net.bin': randomBytes(6_000_000),
  });
  assert.equal((await net.run('pack', 'project', '-t', 'net:v1')).code, 0);
  // A limit for the size of files, in blocks of 512 bytes: writes fail as on a full disk.
  const script = 'ulimit -f 4000; trap "" XFSZ; exec "$@"';
  const image = ['image', 'net:v1', '--type', 'modelcar', '--compression', 'gzip', '-t', 'oci:images:x'];
  const { code, stderr } = await runCli(['-c', script, 'sh', nodePath, cliPath, '--config', net.home, ...image], {
    cwd: net.path,
    command: 'sh',
  });
  assert.notEqual(code, 0);
  assert.match(stderr, /cache\/image/);
  assert.doesNotMatch(stderr, /\/proc\//);
  assert.deepEqual(readdirSync(join(net.home, 'cache', 'image')), []);
  assert.ok(!existsSync(join(net.path, 'images')));
});

test('no tar of a modelcar is written anywhere: it is made while it is sent', {
  skip: process.platform !== 'linux' && 'limits of files are those of Linux',
}, async () => {
  using net = createProject({
    Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n',
    'net.bin': randomBytes(6_000_000),
  });
  await using registry = await startRegistry();
  assert.equal((await net.run('pack', 'project', '-t', 'net:v1')).code, 0);
  const image = ['image', 'net:v1', '--type', 'modelcar', '-t', `${registry.host}/net:car`];
  const script = 'ulimit -f 100; trap "" XFSZ; exec "$@"';
  const { code, stderr } = await runCli(['-c', script, 'sh', nodePath, cliPath, '--config', net.home, ...image], {
    cwd: net.path,
    command: 'sh',
  });
  assert.equal(code, 0, stderr);
});
