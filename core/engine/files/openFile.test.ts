import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { openFile } from './openFile.ts';

test("a handle syncs and is disposed of where fs has a poorer one, as in Yarn's Plug'n'Play", async (t) => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'file');
  const probe = await open(path, 'w');
  const prototype = Object.getPrototypeOf(probe) as typeof probe;
  await probe.close();
  for (const method of ['sync', 'datasync'] as const)
    t.mock.method(prototype, method, () => {
      throw new Error('Method not implemented.');
    });
  {
    await using handle = await openFile(path, 'w+', 0o600);
    await handle.writeFile('abcd');
    await handle.sync();
    await handle.datasync();
  }
});
