import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';
import { installKitwright } from './installKitwright.ts';

test('npm runs no compiled code of the temporary folder, where another user may have put some', {
  skip: process.platform === 'win32' && 'the npm of this test is a shell script',
}, async () => {
  using folder = temporaryFolder();
  const [bin, asked] = [join(folder.path, 'bin'), join(folder.path, 'asked')];
  mkdirSync(bin);
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\necho "$NODE_DISABLE_COMPILE_CACHE" > "${asked}"\nexit 1\n`, {
    mode: 0o755,
  });
  const { PATH, RUNNER_TOOL_CACHE, NODE_DISABLE_COMPILE_CACHE } = process.env;
  try {
    Object.assign(process.env, { PATH: `${bin}${delimiter}${PATH}`, RUNNER_TOOL_CACHE: folder.path });
    delete process.env['NODE_DISABLE_COMPILE_CACHE'];
    await assert.rejects(installKitwright('1.2.3'), /npm could not install/);
  } finally {
    for (const [name, value] of Object.entries({ PATH, RUNNER_TOOL_CACHE, NODE_DISABLE_COMPILE_CACHE }))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  }
  assert.equal(readFileSync(asked, 'utf8').trim(), '1');
});
