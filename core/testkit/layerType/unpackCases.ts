import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createKitwright, definePlugin, openStore, pack, unpack } from '@kitwright/core';
import { checkEntryName, type LayerBytes, type LayerFile } from '@kitwright/core/plugin';
import { NotRun } from '../suite/Case.ts';
import type { Files } from '../suite/files.ts';
import { endsWell, garbage, hostileTexts, isOneLine, spread } from '../suite/hostile.ts';
import { type LayerBench, type LayerCase, layerCase } from './LayerBench.ts';
import { bytesOf, lay, storedLayer, writeFiles } from './layerTree.ts';

/** How the files come back. */
export const unpackCases: readonly LayerCase[] = [
  layerCase(
    'round trip: a kit with such a layer gives the same files again, with their modes or 0644',
    async (bench) => {
      const out = await packAndUnpack(bench);
      assertSame(out, bench.files);
      for (const name of Object.keys(bench.files)) {
        const [before, after] = [bench.folder, out].map((folder) => statSync(join(folder, name)).mode & 0o777);
        assert.ok(after === before || after === 0o644, `${name} has the mode ${after?.toString(8)}`);
      }
    },
  ),
  layerCase('round trip: a file without bytes comes back', async (bench) => {
    if (Object.keys(bench.files).length > 1) return;
    const empty = Object.fromEntries(Object.keys(bench.files).map((name) => [name, '']));
    writeFiles(bench.folder, empty);
    const out = await endsWell('a layer of empty files', () => packAndUnpack(bench));
    if (out === undefined) throw new NotRun('the type refuses empty files');
    assertSame(out, empty);
  }),
  unpackCase(
    'unpack: gives each file that was packed, and says its size',
    async ({ type, folder, path, files }, unpack) => {
      const { recipe } = lay(type, folder, path);
      const found: Record<string, Buffer> = {};
      for await (const file of unpack(storedLayer(bytesOf(recipe), path, type))) {
        const name = typeof file.path === 'string' ? file.path : Buffer.from(file.path).toString();
        checkEntryName(name);
        const bytes = await bytesIn(file);
        found[name] = bytes;
        assert.equal(file.size, bytes.byteLength, `${name}: its size is another`);
      }
      for (const [name, bytes] of Object.entries(files))
        assert.ok(found[name]?.equals(Buffer.from(bytes)), `${name} is missing, or has other bytes`);
    },
  ),
  unpackCase('unpack: a block keeps its bytes when the next one comes', async ({ type, folder, path }, unpack) => {
    const blocks: (readonly [kept: Uint8Array, copy: Buffer])[] = [];
    for await (const file of unpack(storedLayer(bytesOf(lay(type, folder, path).recipe), path, type)))
      for await (const block of file.bytes) blocks.push([block, Buffer.from(block)]);
    assert.ok(
      blocks.every(([kept, copy]) => copy.equals(kept)),
      'the memory of a block was used again',
    );
  }),
  unpackCase(
    'unpack: reads at most 64 MiB of a large layer at once, and nothing outside of it',
    async (bench, unpack) => {
      const { type, path, folder } = bench;
      const [head, asked]: [Buffer, number[]] = [bytesOf(lay(type, folder, path).recipe), []];
      const large = largeLayer(head, storedLayer(head, path, type), asked);
      await endsWell('a layer of 4 GiB', async () => {
        let seen = 0;
        for await (const file of unpack(large))
          for await (const { byteLength } of file.bytes) {
            seen += byteLength;
            if (seen > 80 * mebibyte) return;
          }
      });
      assert.ok(Math.max(0, ...asked) <= 64 * mebibyte, `it asked for ${Math.max(0, ...asked)} bytes at once`);
    },
  ),
  unpackCase('unpack: a truncated layer, or one that is none, is refused or gives files', async (bench, unpack) => {
    const { type, path, folder } = bench;
    const whole = bytesOf(lay(type, folder, path).recipe);
    for (const size of spread(whole.byteLength, 24)) await readAll(whole.subarray(0, size), `${size} bytes`);
    for (const [what, bytes] of Object.entries(garbage)) await readAll(bytes, what);
    async function readAll(bytes: Uint8Array, what: string): Promise<void> {
      await endsWell(`unpack of ${what}`, async () => {
        for await (const file of unpack(storedLayer(bytes, path, type))) await bytesIn(file);
      });
    }
  }),
  unpackCase('unpack: an error of the store is passed on', async ({ type, folder, path }, unpack) => {
    const whole = storedLayer(bytesOf(lay(type, folder, path).recipe), path, type);
    const error = new Error('The store is gone.');
    const read = async () => {
      throw error;
    };
    const reading = async () => {
      for await (const file of unpack({ ...whole, read })) await bytesIn(file);
    };
    await assert.rejects(reading, (found) => found === error || (found as Error).cause === error);
  }),
  layerCase('describe: gives lines for any layer, or refuses it', async ({ type, folder, path }) => {
    const { describe } = type;
    if (!describe) throw new NotRun('the type has no `describe`');
    const whole = bytesOf(lay(type, folder, path).recipe);
    assertLines(await describe(storedLayer(whole, path, type)), 'describe');
    for (const [what, bytes] of hostileLayers(whole))
      assertLines(await endsWell(`describe of ${what}`, () => describe(storedLayer(bytes, path, type))), what);
  }),
  layerCase('diff: gives lines for any two layers, or refuses them', async ({ type, folder, path }) => {
    const { diff } = type;
    if (!diff) throw new NotRun('the type has no `diff`');
    const whole = bytesOf(lay(type, folder, path).recipe);
    const right = storedLayer(whole, path, type);
    assertLines(await diff(right, right), 'diff');
    for (const [what, bytes] of hostileLayers(whole)) {
      const other = storedLayer(bytes, path, type);
      assertLines(await endsWell(`diff with ${what}`, () => diff(right, other)), what);
      assertLines(await endsWell(`diff from ${what}`, () => diff(other, right)), what);
    }
  }),
];

const mebibyte = 1024 * 1024;

type Unpack = (layer: LayerBytes) => AsyncIterable<LayerFile>;

function unpackCase(name: string, run: (bench: LayerBench, unpack: Unpack) => Promise<void>): LayerCase {
  return layerCase(name, async (bench) => {
    const { type } = bench;
    if (!type.unpack) throw new NotRun(`the engine unpacks the format ${type.format}`);
    await run(bench, (layer) => type.unpack?.(layer) as AsyncIterable<LayerFile>);
  });
}

async function bytesIn({ bytes }: LayerFile): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const block of bytes) parts.push(Buffer.from(block));
  return Buffer.concat(parts);
}

/** The layer, followed by zeros. */
function largeLayer(head: Buffer, layer: LayerBytes, asked: number[]): LayerBytes {
  const read = async (start: number, end: number) => {
    asked.push(end - start);
    const bytes = Buffer.alloc(Math.min(end - start, 64 * mebibyte));
    head.copy(bytes, 0, Math.min(start, head.byteLength));
    return bytes;
  };
  return { ...layer, size: 4 * 1024 * mebibyte, read };
}

function hostileLayers(whole: Buffer): readonly (readonly [string, Uint8Array])[] {
  const halves = spread(whole.byteLength, 8).map(
    (size) => [`the first ${size} bytes`, whole.subarray(0, size)] as const,
  );
  const texts = hostileTexts.map((text) => [JSON.stringify(text.slice(0, 20)), Buffer.from(text)] as const);
  const keys = hostileTexts.map(
    (text) => [`a key ${text.slice(0, 20)}`, Buffer.from(JSON.stringify({ [text]: 1 }))] as const,
  );
  return [...Object.entries(garbage), ...halves, ...texts, ...keys];
}

/** Lines that a terminal shows as they are; few enough to be read. */
function assertLines(lines: readonly string[] | undefined, what: string): void {
  if (lines === undefined) return;
  assert.ok(Array.isArray(lines) && lines.length <= 10_000, `${what}: it gives no list of lines, or too many`);
  for (const line of lines)
    assert.ok(isOneLine(line), `${what}: it gives a line that is none: ${JSON.stringify(line)}`);
}

/** Packs the element with the engine, and unpacks it elsewhere; gives the folder. */
async function packAndUnpack({ type, folder, path, context }: LayerBench): Promise<string> {
  const apply = ({ register }: Parameters<Parameters<typeof definePlugin>[0]['apply']>[0]) =>
    register('layerType', type);
  const kitwright = createKitwright({
    plugins: [definePlugin({ name: 'testkit', apiVersion: 1, apply })],
    threads: 1,
  });
  const [store, directory] = [openStore(join(context.folder, 'store')), join(context.folder, 'unpacked')];
  mkdirSync(directory, { recursive: true });
  try {
    const kitfile = Buffer.from(JSON.stringify({ manifestVersion: '1.0.0', datasets: [{ path }] }));
    await pack(kitwright, { directory: folder, store, kitfile, layerFormat: type.id, name: 'testkit:v1' });
    await unpack(kitwright, { name: 'testkit:v1', directory, store, existing: 'replace' });
  } finally {
    await kitwright.close();
  }
  return directory;
}

function assertSame(folder: string, files: Files): void {
  for (const [name, bytes] of Object.entries(files))
    assert.ok(readFileSync(join(folder, name)).equals(Buffer.from(bytes)), `${name} has other bytes`);
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const more = found.filter(({ name }) => name !== 'Kitfile').length - Object.keys(files).length;
  assert.equal(more, 0, 'there are other files too');
}
