import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../../test/support/temporaryFolder.ts';
import { openFileSink } from './openFileSink.ts';

for (const isFull of [false, true])
  test(`what is not finished is ${isFull ? 'not kept on a disk that it filled' : 'kept for the next save'}`, async (t) => {
    using folder = temporaryFolder();
    const nameOf = (part: number) => join(folder.path, `kits.tar.${part}`);
    const sink = await openFileSink({ nameOf, partSize: 4 });
    await sink.write(Buffer.from('2 parts'));
    if (isFull) {
      await using handle = await open(folder.path);
      const full = () => Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
      t.mock.method(Object.getPrototypeOf(handle), 'write', full);
      await assert.rejects(async () => sink.write(Buffer.from('more')), { code: 'disk-full' });
    }
    await sink.close();
    const kept = ['kits.tar.0.partial', 'kits.tar.1.partial'];
    assert.deepEqual(readdirSync(folder.path).toSorted(), isFull ? [] : kept);
  });
