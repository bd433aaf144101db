import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const command = process.env['CONFORMANCE'] ?? '';

test('the registry of the testkit passes the OCI conformance suite', {
  skip: !command && 'the suite is not here',
}, async () => {
  await using registry = await startRegistry();
  using folder = temporaryFolder();
  const env = {
    OCI_REGISTRY: registry.host,
    OCI_TLS: 'disabled',
    OCI_RESULTS_DIR: join(folder.path, 'results'),
    OCI_VERSION: '1.1',
  };
  const { code, stdout, stderr } = await runCli([], { cwd: folder.path, command, env });
  assert.equal(code, 0, stdout + stderr);
  const results = readFileSync(join(folder.path, 'results/results.yaml'), 'utf8');
  assert.match(results, /pass/i);
  assert.match(stdout, /FAIL\.+: +0\n/);
  assert.match(stdout, /Total\.+: +[5-9]\d\d\n/, 'hundreds of checks were made');
});
