import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createProject } from '../support/project.ts';
import { cliPath, nodePath, runCli } from '../support/runCli.ts';
import { startDistribution } from './distribution.ts';

const { PYKITOPS: python = '', REGISTRY3: registry = '' } = process.env;
const script = fileURLToPath(new URL('pykitops.py', import.meta.url));

test('PyKitOps runs unmodified', { skip: !(python && registry) && 'PyKitOps or a registry is not here' }, async () => {
  using project = createProject({ 'net.onnx': Buffer.alloc(5000, 'n'), 'README.md': 'read me\n', 'data.csv': '1,2\n' });
  await using server = await startDistribution(registry, join(project.path, 'registry'), { tls: true, htpasswd: true });
  const bin = join(project.path, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'kit'), `#!/bin/sh\nexec '${nodePath}' '${cliPath}' "$@"\n`);
  chmodSync(join(bin, 'kit'), 0o755);
  const result = await runCli([script, project.directory, server.host, server.authority ?? ''], {
    cwd: project.path,
    command: python,
    env: { PATH: `${bin}:${process.env['PATH']}`, KITOPS_HOME: project.home },
  });
  assert.equal(result.code, 0, result.stdout + result.stderr);
  assert.match(result.stdout, /PyKitOps is content/);
});
