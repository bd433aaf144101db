import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fromNative } from '../../core/engine/files/bytePath.ts';
import { readFingerprint } from '../../core/engine/files/fingerprint.ts';
import { createPool } from '../../core/engine/layers/createPool.ts';
import { encodeRecipe } from '../../core/engine/layers/jobs.ts';
import { createMeter } from '../../core/engine/layers/Meter.ts';
import { tarEnd, tarHeader } from '../../core/engine/layers/tarHeader.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

test('a layer above 8 GiB has the digest that sha256sum finds, and tar lists its file whole', async () => {
  using folder = temporaryFolder();
  const size = 8 * 1024 ** 3 + 5;
  const [head, sparse, tail] = ['head', 'sparse', 'tail'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  const header = tarHeader({ path: 'sparse', type: 'file', mode: 0o644, size });
  const end = Buffer.concat([Buffer.alloc(507), tarEnd()]);
  writeFileSync(head, header);
  writeFileSync(sparse, '');
  truncateSync(sparse, size);
  writeFileSync(tail, end);
  const found = (script: string) =>
    execFileSync('sh', ['-c', `cat "$@" | ${script}`, 'sh', head, sparse, tail], { encoding: 'utf8' });
  const fingerprint = readFingerprint(fromNative(sparse)) ?? assert.fail();
  const recipe = encodeRecipe([
    { kind: 'inline', bytes: header },
    { kind: 'file', path: fromNative(sparse), offset: 0, size, fingerprint },
    { kind: 'inline', bytes: end },
  ]);
  const pool = createPool({ threads: 1 });
  try {
    const { digest } = await pool.hash({ recipe, meter: createMeter().buffer });
    assert.equal(digest, `sha256:${found('sha256sum').slice(0, 64)}`);
    assert.match(found('tar -tvf -'), /^\S+ \S+\s+8589934597 .* sparse\n$/);
  } finally {
    await pool.close();
  }
});
