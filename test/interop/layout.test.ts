import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProject, digestIn } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';

const files = {
  Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\ncode: [{path: c.py}]\n',
  'm/w': Buffer.alloc(400_000, 'w'),
  'm/x': 'x',
  'c.py': '1',
};

const { ORAS: oras = '', SKOPEO: skopeo = '' } = process.env;

test('oras reads the store as an OCI layout, by name and by digest', {
  skip: !oras && 'oras is not here',
}, async () => {
  using project = createProject(files);
  const digest = digestIn(await project.run('pack', 'project', '-t', 'a/b:v1', '--blobs'));
  const run = (...args: readonly string[]) => runCli(args, { cwd: project.path, command: oras });
  const byName = await run('manifest', 'fetch', '--oci-layout-path', project.store, 'localhost/a/b:v1');
  const byDigest = await run('manifest', 'fetch', '--oci-layout', `${project.store}@${digest}`);
  assert.equal(byName.code, 0, byName.stderr);
  assert.equal(byName.stdout, byDigest.stdout);
  const copied = await run('copy', '--from-oci-layout', `${project.store}@${digest}`, '--to-oci-layout', 'copy:v1');
  assert.equal(copied.code, 0, copied.stderr);
});

test('skopeo copies a kit out of the store, every blob verified', {
  skip: !skopeo && 'skopeo is not here',
}, async () => {
  using project = createProject(files);
  await project.run('pack', 'project', '-t', 'a/b:v1', '--blobs');
  const { code, stderr } = await runCli(
    ['copy', '--insecure-policy', `oci:${project.store}:localhost/a/b:v1`, 'dir:copy'],
    { cwd: project.path, command: skopeo },
  );
  assert.equal(code, 0, stderr);
});
