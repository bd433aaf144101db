import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { createKitwright } from '../host/createKitwright.ts';
import { paddingOf, type TarEntry, tarEnd, tarHeader } from '../layers/tarHeader.ts';
import { descriptorOf } from '../oci/descriptor.ts';
import { layerMediaType } from '../oci/mediaTypes.ts';
import type { ByteRange, ByteStream, ReadTarget } from '../store/roles.ts';
import type { KitElement } from './kitElements.ts';
import type { ElementOptions } from './unpackElement.ts';
import { unpackElement } from './unpackElement.ts';

const kitwright = createKitwright({ plugins: [], threads: 2 });
after(() => kitwright.close());

type File = readonly [path: string, content: Buffer, mode?: number];

const entry = (path: string, type: TarEntry['type'], size: number, mode: number): Buffer =>
  tarHeader({ path, type, mode, size });

const tarOf = (files: readonly File[]): Buffer =>
  Buffer.concat([
    entry('d', 'directory', 0, 0o750),
    ...files.flatMap(([path, content, mode = 0o644]) => [
      entry(path, 'file', content.length, mode),
      content,
      Buffer.alloc(paddingOf(content.length)),
    ]),
    tarEnd(),
  ]);

const sizes = [0, 1, 511, 512, 513, 4096, 70_000, 300_000, 1_048_576, 1_048_577, 5_000_000];
/** More than 32 MiB, so that it is fetched in parts. */
const files: readonly File[] = [
  ...Array.from({ length: 400 }, (_, i): File => [`d/many/${i}.bin`, randomBytes((i * 7919) % 9000), 0o640]),
  ...sizes.map((size, i): File => [`d/sizes/${i}`, randomBytes(size), i % 2 ? 0o755 : 0o600]),
  ['d/large.bin', randomBytes(30_000_000)],
];
const layer = tarOf(files);

const elementOf = (bytes: Buffer): KitElement => {
  const descriptor = descriptorOf(layerMediaType('dataset', 'tar'), bytes);
  return { role: 'dataset', name: undefined, path: 'd', diffId: descriptor.digest, descriptor };
};

type Give = (range: ByteRange | undefined) => Buffer;

/** A source that only gives bytes, as a registry does. `asked` hears of each request. */
const sourceOf = (give: Give, asked: (ByteRange | undefined)[] = []): ReadTarget => ({
  name: 'a test',
  exists: async () => true,
  resolve: async () => undefined,
  fetch: (_, range): ByteStream =>
    (async function* () {
      asked.push(range);
      const bytes = give(range);
      for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
    })(),
});

const part =
  (bytes: Buffer): Give =>
  (range) =>
    range ? bytes.subarray(range.start, range.end) : bytes;

const withDirectory = async (run: (directory: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'kitwright-unpack-'));
  try {
    await run(join(folder, 'out'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const unpack = (bytes: Buffer, source: ReadTarget, directory: string, rest: Partial<ElementOptions> = {}) => {
  const options: ElementOptions = { directory, existing: 'refuse', signal: new AbortController().signal, ...rest };
  return unpackElement(kitwright, elementOf(bytes), source, options);
};

const assertUnpacked = (directory: string): void => {
  for (const [path, content, mode = 0o644] of files) {
    assert.ok(readFileSync(join(directory, path)).equals(content), path);
    assert.equal(statSync(join(directory, path)).mode & 0o777, mode & ~process.umask(), path);
  }
  assert.equal(statSync(join(directory, 'd')).mode & 0o777, 0o750 & ~process.umask());
  assert.deepEqual(readdirSync(directory), ['d']);
};

test('a layer that is written while it is fetched is what was packed', () =>
  withDirectory(async (directory) => {
    assert.equal(await unpack(layer, sourceOf(part(layer)), directory), files.length);
    assertUnpacked(directory);
  }));

test('parts that are damaged are thrown away, files and all, and fetched once more', () =>
  withDirectory(async (directory) => {
    const wrong = tarOf([['d/not-in-the-kit', Buffer.alloc(100)], ...files]).subarray(0, layer.length);
    const asked: (ByteRange | undefined)[] = [];
    const source = sourceOf((range) => part(range ? wrong : layer)(range), asked);
    assert.equal(await unpack(layer, source, directory), files.length);
    assertUnpacked(directory);
    assert.equal(asked.filter((range) => range === undefined).length, 1);
  }));

test('what is damaged twice is refused, and nothing of it stays', () =>
  withDirectory(async (directory) => {
    const wrong = Buffer.from(layer).fill('x', 30_000_000, 30_000_100);
    await assert.rejects(unpack(layer, sourceOf(part(wrong)), directory), { code: 'descriptor-mismatch' });
    assert.deepEqual(readdirSync(directory), []);
  }));

test('a source that gives no parts is read as a whole', () =>
  withDirectory(async (directory) => {
    const source = sourceOf((range) => {
      if (range) throw new KitwrightError('remote-malformed', 'no parts', { data: { rangesIgnored: true } });
      return layer;
    });
    assert.equal(await unpack(layer, source, directory), files.length);
    assertUnpacked(directory);
  }));

test('a file that is in the way is refused, and nothing is changed', () =>
  withDirectory(async (directory) => {
    mkdirSync(join(directory, 'd/sizes'), { recursive: true });
    writeFileSync(join(directory, 'd/sizes/3'), 'mine');
    await assert.rejects(unpack(layer, sourceOf(part(layer)), directory), { code: 'unpack-exists' });
    assert.deepEqual(readdirSync(directory, { recursive: true }).sort(), ['d', 'd/sizes', 'd/sizes/3']);
  }));

test('with "keep" a file that is there stays, and the others come', () =>
  withDirectory(async (directory) => {
    mkdirSync(join(directory, 'd'), { recursive: true });
    writeFileSync(join(directory, 'd/large.bin'), 'mine');
    assert.equal(await unpack(layer, sourceOf(part(layer)), directory, { existing: 'keep' }), files.length - 1);
    assert.equal(readFileSync(join(directory, 'd/large.bin'), 'utf8'), 'mine');
    assert.ok(existsSync(join(directory, 'd/many/399.bin')));
  }));

test('an entry that leads out of the directory is refused although the rest was written', () =>
  withDirectory(async (directory) => {
    const hostile = tarOf([...files, ['../outside', Buffer.from('x')]]);
    await assert.rejects(unpack(hostile, sourceOf(part(hostile)), directory), { code: 'unpack-refused' });
    assert.deepEqual(readdirSync(join(directory, '..'), { recursive: true }), ['out']);
  }));

test('two files of one name are refused, and nothing stays', () =>
  withDirectory(async (directory) => {
    const twice = tarOf([
      ['d/a', Buffer.from('1')],
      ['d/a', Buffer.from('2')],
    ]);
    await assert.rejects(unpack(twice, sourceOf(part(twice)), directory), { code: 'unpack-refused' });
    assert.deepEqual(readdirSync(directory), []);
  }));

test('what the source throws is thrown, and nothing stays', () =>
  withDirectory(async (directory) => {
    const source = sourceOf((range) => {
      if (range && range.start > 0) throw new KitwrightError('network-failed', 'The source is gone.');
      return part(layer)(range);
    });
    await assert.rejects(unpack(layer, source, directory), { code: 'network-failed' });
    assert.deepEqual(readdirSync(directory), []);
  }));

test('an abort ends it, and nothing stays', () =>
  withDirectory(async (directory) => {
    const abort = new AbortController();
    const source = sourceOf((range) => {
      if (range && range.start > 0) abort.abort(new KitwrightError('cancelled', 'Cancelled.'));
      return part(layer)(range);
    });
    await assert.rejects(unpack(layer, source, directory, { signal: abort.signal }), { code: 'cancelled' });
    assert.deepEqual(readdirSync(directory), []);
  }));

test('a small layer is unpacked in the same way', () =>
  withDirectory(async (directory) => {
    const small = tarOf([['d/a', Buffer.from('a'), 0o755]]);
    assert.equal(await unpack(small, sourceOf(part(small)), directory), 1);
    assert.equal(readFileSync(join(directory, 'd/a'), 'utf8'), 'a');
    assert.equal(statSync(join(directory, 'd/a')).mode & 0o777, 0o755 & ~process.umask());
  }));

test('a directory that is closed to its owner is left open where all is removed again', () =>
  withDirectory(async (directory) => {
    const closed = Buffer.concat([entry('d', 'directory', 0, 0), entry('d/a', 'file', 0, 0o644), tarEnd()]);
    await unpack(closed, sourceOf(part(closed)), directory, { isScratch: true });
    assert.equal(statSync(join(directory, 'd')).mode & 0o700, 0o700);
  }));

test('what came into the way meanwhile is named by its path', () =>
  withDirectory(async (directory) => {
    const small = tarOf([['d/e/a', Buffer.from('a')]]);
    const source = sourceOf((range) => {
      mkdirSync(join(directory, 'd/e'), { recursive: true });
      writeFileSync(join(directory, 'd/e/a'), 'mine');
      return part(small)(range);
    });
    await assert.rejects(unpack(small, source, directory), {
      code: 'unpack-exists',
      message: /d\/e\/a already exists/,
    });
    assert.equal(readFileSync(join(directory, 'd/e/a'), 'utf8'), 'mine');
  }));

test('nothing has its name before its turn, and a directory that came meanwhile keeps its mode', () =>
  withDirectory(async (directory) => {
    const [turn, asked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const small = tarOf([['d/file', Buffer.from('content')]]);
    const source = sourceOf((range) => {
      asked.resolve();
      return part(small)(range);
    });
    const done = unpack(small, source, directory, { turn: turn.promise });
    await asked.promise;
    mkdirSync(join(directory, 'd'), { mode: 0o700 });
    assert.deepEqual(readdirSync(join(directory, 'd')), []);
    turn.resolve();
    assert.equal(await done, 1);
    assert.equal(readFileSync(join(directory, 'd/file'), 'utf8'), 'content');
    assert.equal(statSync(join(directory, 'd')).mode & 0o777, 0o700);
  }));
