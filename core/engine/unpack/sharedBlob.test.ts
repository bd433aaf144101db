import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { fromNative } from '../files/bytePath.ts';
import { createKitwright } from '../host/createKitwright.ts';
import { paddingOf, tarEnd, tarHeader } from '../layers/tarHeader.ts';
import { descriptorOf } from '../oci/descriptor.ts';
import { layerMediaType } from '../oci/mediaTypes.ts';
import type { ByteStream, Locator, ReadTarget } from '../store/roles.ts';
import { unpackElement } from './unpackElement.ts';

const kitwright = createKitwright({ plugins: [], threads: 2 });
after(() => kitwright.close());

const skip = process.platform === 'win32' && 'modes say nothing there';

for (const size of [100, 3_000_000])
  test(`a blob of ${size} bytes to which others may write is read once: what was verified is what is written`, {
    skip,
  }, async () => {
    using folder = temporaryFolder();
    const content = Buffer.alloc(size, 'good');
    const head = tarHeader({ path: 'model.bin', type: 'file', mode: 0o644, size });
    const bytes = Buffer.concat([head, content, Buffer.alloc(paddingOf(size)), tarEnd()]);
    const descriptor = descriptorOf(layerMediaType('model', 'tar'), bytes);
    const blob = join(folder.path, 'blob');
    writeFileSync(blob, bytes);
    chmodSync(blob, 0o666);
    // As if it changed after each time that it is read.
    const source: ReadTarget & Locator = {
      name: 'a shared layout',
      exists: async () => true,
      resolve: async () => undefined,
      locate: () => [{ kind: 'file', path: fromNative(blob), offset: 0, size: bytes.byteLength }],
      fetch: (): ByteStream =>
        (async function* () {
          const read = readFileSync(blob);
          writeFileSync(blob, Buffer.from(bytes).fill('evil', 512, 512 + size));
          yield read;
        })(),
    };
    const element = {
      role: 'model',
      name: undefined,
      path: 'model.bin',
      diffId: descriptor.digest,
      descriptor,
    } as const;
    const directory = join(folder.path, 'out');
    const { signal } = new AbortController();
    await unpackElement(kitwright, element, source, { directory, existing: 'refuse', signal });
    assert.ok(readFileSync(join(directory, 'model.bin')).equals(content));
    assert.ok(!readFileSync(blob).equals(bytes), 'the blob was copied');
  });
