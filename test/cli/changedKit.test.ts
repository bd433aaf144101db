import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject, digestIn } from '../support/project.ts';

test('no byte of the manifest or the config of a signed kit can be changed without being noticed', async () => {
  const files = { Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: 'text' };
  using project = createProject(files, { COSIGN_PASSWORD: 'p' });
  const run = (...args: readonly string[]) => project.run(...args);
  assert.equal((await run('generate-key-pair')).code, 0);
  const packed = await run('pack', 'project', '-t', 'x:v1', '--sign', 'cosign.key');
  const blob = (digest: string) => join(project.home, 'store', 'blobs', 'sha256', digest.slice('sha256:'.length));
  const manifest = blob(digestIn(packed));
  const { config } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly config: { readonly digest: string } };
  const verify = () => run('verify', 'x:v1', '--key', 'cosign.pub');
  assert.equal((await verify()).code, 0);
  for (const path of [manifest, blob(config.digest)]) {
    const bytes = readFileSync(path);
    chmodSync(path, 0o644);
    // Each of them has a digest that is signed, so one byte in each quarter stands for all.
    for (const part of [0, 0.25, 0.5, 0.99]) {
      const changed = Buffer.from(bytes);
      const at = Math.floor(part * bytes.length);
      changed[at] = (changed[at] as number) ^ 1;
      writeFileSync(path, changed);
      const { code, stderr } = await verify();
      assert.equal(code, 4, `byte ${at}: ${stderr}`);
    }
    writeFileSync(path, bytes);
  }
  assert.equal((await verify()).code, 0);
});
