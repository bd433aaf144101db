import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { bytePath } from '../files/bytePath.ts';
import { createKitwright } from '../host/createKitwright.ts';
import { paddingOf, tarEnd, tarHeader } from '../layers/tarHeader.ts';
import { descriptorOf } from '../oci/descriptor.ts';
import { layerMediaType } from '../oci/mediaTypes.ts';
import type { ByteRange, ReadTarget, TakeBlock } from '../store/roles.ts';
import { openEntryChunks } from './openEntryChunks.ts';
import { unpackElement } from './unpackElement.ts';

const kitwright = createKitwright({ plugins: [], threads: 2 });
after(() => kitwright.close());

const MiB = 1024 * 1024;

type File = readonly [path: string, content: Buffer, mode?: number];

const tarOf = (files: readonly File[]): Buffer =>
  Buffer.concat([
    ...files.flatMap(([path, content, mode = 0o644]) => [
      tarHeader({ path: bytePath(path), type: 'file', mode, size: content.length }),
      content,
      Buffer.alloc(paddingOf(content.length)),
    ]),
    tarEnd(),
  ]);

const files: readonly File[] = [
  ['small', randomBytes(1000)],
  ['a/first', randomBytes(7 * MiB + 1), 0o750],
  ['a/empty', Buffer.alloc(0)],
  [`a/${'ü'.repeat(90)}`, randomBytes(19 * MiB), 0o600],
  ['last', randomBytes(30 * MiB + 511), 0o444],
  ['end', randomBytes(10)],
];

const withFolder = async (run: (folder: string) => void | Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'kitwright-entries-'));
  try {
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

type Read = (range: ByteRange, take: TakeBlock) => Promise<void>;

const unpack = async (bytes: Buffer, directory: string, read: Read, format: 'tar' | 'raw' = 'tar') => {
  const descriptor = descriptorOf(layerMediaType('model', format), bytes);
  const source: ReadTarget & { readonly read: (_: unknown, range: ByteRange, take: TakeBlock) => Promise<void> } = {
    name: 'a test',
    exists: async () => true,
    resolve: async () => undefined,
    fetch: () => assert.fail('it is read'),
    read: (_, range, take) => read(range, take),
  };
  const element = { role: 'model', name: undefined, path: 'm', diffId: descriptor.digest, descriptor } as const;
  const signal = new AbortController().signal;
  await unpackElement(kitwright, element, source, { directory, existing: 'refuse', signal });
};

const giving =
  (bytes: Buffer): Read =>
  async ({ start, end }, take) => {
    for (let at = start; at < end; at += 300_000) await take(bytes.subarray(at, Math.min(at + 300_000, end)));
  };

const assertUnpacked = (directory: string): void => {
  for (const [path, content, mode = 0o644] of files) {
    assert.ok(readFileSync(join(directory, path)).equals(content), path);
    assert.equal(statSync(join(directory, path)).mode & 0o777, mode & ~process.umask(), path);
    assert.equal(statSync(join(directory, path)).nlink, 1);
  }
  assert.deepEqual(readdirSync(directory), ['a', 'end', 'last', 'small']);
};

test('large files are what was packed, with their modes, and so is what lies between them', () =>
  withFolder(async (folder) => {
    const bytes = tarOf(files);
    await unpack(bytes, folder, giving(bytes));
    assertUnpacked(folder);
  }));

test('parts that overtake each other come into the right files', () =>
  withFolder(async (folder) => {
    const bytes = tarOf(files);
    let reading = 0;
    const overtaken = Promise.withResolvers<void>();
    await unpack(bytes, folder, async (range, take) => {
      // The first answer stops in its first file until another one was read: slow enough for several side by side.
      const isFirst = reading++ === 0;
      const { start, end } = range;
      if (!isFirst) return giving(bytes)(range, take).then(overtaken.resolve);
      await giving(bytes)({ start, end: 2 * MiB }, take);
      await overtaken.promise;
      await giving(bytes)({ start: 2 * MiB, end }, take);
    });
    assert.ok(reading > 2);
    assertUnpacked(folder);
  }));

test('a layer that is one file needs no second one', () =>
  withFolder(async (folder) => {
    const bytes = randomBytes(40 * MiB);
    await unpack(bytes, folder, giving(bytes), 'raw');
    assert.ok(readFileSync(join(folder, 'm')).equals(bytes));
  }));

test('two large files of one name are refused, and nothing stays', () =>
  withFolder(async (folder) => {
    const bytes = tarOf([
      ['a', Buffer.alloc(20 * MiB, 'a')],
      ['a', Buffer.alloc(20 * MiB, 'b')],
    ]);
    await assert.rejects(unpack(bytes, folder, giving(bytes)), { code: 'unpack-refused' });
    assert.deepEqual(readdirSync(folder), []);
  }));

test('large files are written once', () =>
  withFolder((folder) => {
    const bytes = tarOf(files);
    const path = join(folder, 'layer');
    {
      using chunks = openEntryChunks(path, bytes.length, false);
      for (let at = 0; at < bytes.length; at += MiB) {
        chunks.write(bytes.subarray(at, at + MiB), at);
        chunks.settle?.(Math.min(at + MiB, bytes.length));
      }
    }
    const large = files.filter(([, content]) => content.length > MiB);
    assert.deepEqual(readdirSync(folder).sort(), ['layer', 'layer.0', 'layer.1', 'layer.2']);
    for (const [index, [, content]] of large.entries())
      assert.equal(digest(readFileSync(`${path}.${index}`)), digest(content));
    // What came with a header before it was read, and no more.
    assert.ok(statSync(path).blocks * 512 < 4 * MiB);
  }));

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
