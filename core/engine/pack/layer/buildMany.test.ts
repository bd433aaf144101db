import assert from 'node:assert/strict';
import { createHash, randomFillSync } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../../test/support/temporaryFolder.ts';
import type { LayerType } from '../../host/capabilities.ts';
import { createKitwright } from '../../host/createKitwright.ts';
import type { StoredKit } from '../../host/nouns.ts';
import { definePlugin } from '../../host/plugin.ts';
import { tarOfEntries } from '../../host/tarOfEntries.ts';
import { contentOf } from '../../store/contentOf.ts';
import { createLocalStore } from '../../store/localStore.ts';
import { packKit } from '../packKit.ts';
import type { CaptureMode } from './capture.ts';

const { collect, recipe } = tarOfEntries;
const tar: LayerType = { id: 'tar', format: 'tar', compressible: true, ...tarOfEntries };

/** The same layer, but the engine does not know its methods. */
const plain: LayerType = { ...tar, collect: (tree) => collect(tree), recipe: (layer, at) => recipe(layer, at) };

/** 600 small files, some empty, one with a long name, and two large ones. */
function makeFiles(folder: string, bytes = 37): void {
  writeFileSync(join(folder, 'Kitfile'), 'manifestVersion: 1.0.0\ndatasets: [{path: d}]\n');
  for (const part of ['a', 'b', 'c']) {
    mkdirSync(join(folder, 'd', part), { recursive: true });
    for (let i = 0; i < 200; i++) writeFileSync(join(folder, 'd', part, `${i}.bin`), randomBytes(i * bytes));
  }
  writeFileSync(join(folder, 'd', 'a', 'x'.repeat(180)), 'long');
  writeFileSync(join(folder, 'd', 'b', 'große.txt'), 'not ASCII');
  for (const name of ['large', 'z']) writeFileSync(join(folder, 'd', name), randomBytes(700_001));
}

function randomBytes(size: number): Buffer {
  return randomFillSync(Buffer.alloc(size));
}

/** Packs with two threads in the store `name`, each time as a new process does. */
async function packed(folder: string, name: string, type = tar, fileDigests?: number, capture: CaptureMode = 'auto') {
  const store = createLocalStore(join(folder, name));
  const plugin = definePlugin({ name: 'p', apiVersion: 1, apply: ({ register }) => register('layerType', type) });
  const kitwright = createKitwright({ plugins: [plugin], threads: 2 });
  const { signal } = new AbortController();
  try {
    const base = { directory: folder, kitfile: {}, store, layerFormat: 'tar', capture, signal } as const;
    const kit = await packKit(kitwright, { ...base, fileDigests });
    return { kit, store, layer: layerOf(kit), digests: await layerOf(kit).fileDigests?.() };
  } finally {
    await kitwright.close();
  }
}

type Packed = Awaited<ReturnType<typeof packed>>;

function layerOf({ layers }: StoredKit) {
  return layers[0] ?? assert.fail('there is no layer');
}

/** The bytes of the layer as the store gives them, verified against its digest. */
async function bytesOf({ store, layer }: Packed): Promise<Buffer> {
  const parts: Buffer[] = [];
  const content = contentOf(layer.descriptor, store);
  await content.read({ start: 0, end: layer.descriptor.size }, (block) => void parts.push(Buffer.from(block)));
  return Buffer.concat(parts);
}

async function assertLikeObjects(folder: string, many: Packed): Promise<void> {
  const objects = await packed(folder, `objects-${many.layer.descriptor.digest.slice(7, 20)}`, plain);
  assert.deepEqual(many.layer.descriptor, objects.layer.descriptor);
  assert.equal(many.layer.files, objects.layer.files);
  assert.ok((await bytesOf(many)).equals(await bytesOf(objects)), 'the store gives other bytes');
}

const packsOf = ({ store }: Packed): readonly string[] => readdirSync(store.layout.packs);

/** Whatever happens in the folder, its files were written long ago. */
function age(...paths: readonly string[]): void {
  for (const path of paths) utimesSync(path, 1e9, 1e9);
}

test('a layer of many files has the bytes that objects give, and few pieces', async () => {
  using folder = temporaryFolder();
  makeFiles(folder.path);
  const first = await packed(folder.path, 'store');
  await assertLikeObjects(folder.path, first);
  assert.equal(packsOf(first).length, 1);
  const record = first.store.layers.read(first.layer.descriptor.digest);
  // Both large files, what lies before, between and behind them, and the end.
  assert.equal(record?.pieces.length, 6);
  assert.equal(first.layer.cost.changedCount, 602 - 3 + 2);
  const again = await packed(folder.path, 'store');
  assert.deepEqual([again.layer.cost.reused, again.layer.descriptor], [true, first.layer.descriptor]);
});

test('digests of the files come with it, of a layer that did not change too, if there are not too many', async () => {
  using folder = temporaryFolder();
  makeFiles(folder.path);
  const assertRight = ({ digests = [] }: Packed) => {
    assert.equal(digests.length, 604);
    for (const { path, digest } of digests) {
      const content = readFileSync(join(folder.path, Buffer.from(path, 'latin1').toString()));
      assert.equal(digest, `sha256:${createHash('sha256').update(content).digest('hex')}`, path);
    }
  };
  const first = await packed(folder.path, 'store', tar, 10_000);
  assertRight(first);
  assertRight(await packed(folder.path, 'objects', plain, 10_000));
  assertRight(await packed(folder.path, 'store', tar, 10_000));
  rmSync(first.store.layout.digests, { recursive: true });
  assertRight(await packed(folder.path, 'store', tar, 10_000));
  writeFileSync(join(folder.path, 'd', 'b', '77.bin'), 'changed');
  writeFileSync(join(folder.path, 'd', 'z'), randomBytes(700_002));
  assertRight(await packed(folder.path, 'store', tar, 10_000));
  assert.equal((await packed(folder.path, 'store', tar, 600)).digests, undefined);
});

test('what changed is stored, the rest is taken from the store', async () => {
  using folder = temporaryFolder();
  makeFiles(folder.path);
  const first = await packed(folder.path, 'store');
  const at = (...parts: readonly string[]) => join(folder.path, 'd', ...parts);
  const changes: Readonly<Record<string, () => void>> = {
    'one file has another content': () => writeFileSync(at('b', '77.bin'), 'changed'),
    'one is empty now': () => writeFileSync(at('b', '78.bin'), ''),
    'one has another mode': () => chmodSync(at('b', '79.bin'), 0o755),
    'one came': () => writeFileSync(at('c', 'new'), 'new'),
    'one went': () => rmSync(at('a', '5.bin')),
    'one has another name': () => renameSync(at('a', '6.bin'), at('a', '6.moved')),
    'one is large now': () => writeFileSync(at('a', '7.bin'), randomBytes(300_000)),
    'a large one is small now': () => writeFileSync(at('z'), 'small'),
    'a file is a directory now': () => {
      rmSync(at('a', '9.bin'));
      mkdirSync(at('a', '9.bin'));
    },
  };
  let before = sizeOf(first);
  for (const [what, change] of Object.entries(changes)) {
    change();
    const next = await packed(folder.path, 'store');
    await assertLikeObjects(folder.path, next);
    const more = sizeOf(next) - before;
    before = sizeOf(next);
    assert.ok(more < 310_000, `${what}: ${more} bytes more`);
    assert.equal(next.layer.cost.reused, false, what);
  }
});

/** Bytes of all packs and objects. */
function sizeOf({ store }: Packed): number {
  const files = [store.layout.packs, store.layout.objects].flatMap((path) =>
    readdirSync(path, { recursive: true }).map((name) => statSync(join(path, String(name)))),
  );
  return files.reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
}

test('what was built from objects is stored already', async () => {
  using folder = temporaryFolder();
  makeFiles(folder.path);
  const first = await packed(folder.path, 'store', plain);
  for (const content of ['changed', 'changed again']) {
    writeFileSync(join(folder.path, 'd', 'b', '77.bin'), content);
    const next = await packed(folder.path, 'store');
    await assertLikeObjects(folder.path, next);
    assert.ok(sizeOf(next) - sizeOf(first) < 10_000, `${sizeOf(next) - sizeOf(first)} bytes more`);
  }
});

test('one piece of many files is not taken for that of the only one that is not empty', async () => {
  using folder = temporaryFolder();
  makeFiles(folder.path, 0);
  for (const name of ['large', 'z']) rmSync(join(folder.path, 'd', name));
  await packed(folder.path, 'store');
  writeFileSync(join(folder.path, 'd', 'new'), '');
  const next = await packed(folder.path, 'store', plain);
  assert.equal((await bytesOf(next)).byteLength, next.layer.descriptor.size);
});

test('files that are only referenced: the same layer, read from where they are', async () => {
  using folder = temporaryFolder();
  makeFiles(folder.path);
  const referenced = () => packed(folder.path, 'store', tar, undefined, 'reference');
  const first = await referenced();
  await assertLikeObjects(folder.path, first);
  assert.equal(sizeOf(first), 0);
  const record = first.store.layers.read(first.layer.descriptor.digest);
  assert.equal(record?.sources.length, 601);
  const again = await referenced();
  assert.deepEqual([again.layer.cost.reused, again.layer.descriptor], [true, first.layer.descriptor]);
  age(join(folder.path, 'd', 'a', '3.bin'));
  writeFileSync(join(folder.path, 'd', 'b', '77.bin'), 'changed');
  const next = await referenced();
  await assertLikeObjects(folder.path, next);
  assert.deepEqual([next.layer.cost.changedCount, sizeOf(next)], [1, 0]);
  const copied = await packed(folder.path, 'store');
  await assertLikeObjects(folder.path, copied);
  assert.ok(sizeOf(copied) > 0);
});

test('files that were only touched are looked at, and nothing is stored', async () => {
  using folder = temporaryFolder();
  makeFiles(folder.path);
  const first = await packed(folder.path, 'store');
  age(...['1', '2', '3'].map((name) => join(folder.path, 'd', 'a', `${name}.bin`)), join(folder.path, 'd', 'large'));
  const next = await packed(folder.path, 'store');
  assert.deepEqual([next.layer.cost.reused, packsOf(next)], [true, packsOf(first)]);
});

for (const [what, builds] of [
  ['file by file', 1],
  ['in chunks, as the second build does', 2],
] as const)
  test(`damaged contents of the store are not used for another layer, read ${what}: all files are read again`, async () => {
    using folder = temporaryFolder();
    makeFiles(folder.path);
    const path = join(folder.path, 'd', 'c', '0.bin');
    let last = await packed(folder.path, 'store');
    for (let build = 1; build < builds; build++) {
      writeFileSync(path, `changed ${build}`);
      last = await packed(folder.path, 'store');
    }
    await damagePacks(last);
    writeFileSync(path, 'changed');
    const next = await packed(folder.path, 'store');
    await assertLikeObjects(folder.path, next);
  });

/** As if the disk had forgotten bytes. */
async function damagePacks(of: Packed): Promise<void> {
  const { store, layer } = of;
  for (const name of packsOf(of)) {
    const path = join(store.layout.packs, name);
    const { atimeMs, mtimeMs } = statSync(path);
    const bytes = readFileSync(path);
    for (let i = 0; i < bytes.byteLength; i += 20_000) bytes[i] = (bytes[i] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
  }
  const record = store.layers.read(layer.descriptor.digest) ?? assert.fail();
  store.layers.write(withTimesOfNow(of, record));
  await store.layers.settle();
}

/** The times of the files were set in ms only. */
function withTimesOfNow({ store }: Packed, record: NonNullable<ReturnType<Packed['store']['layers']['read']>>) {
  const sources = record.sources.map((source) => {
    if (source.kind === 'reference') return source;
    return { ...source, mtimeNs: String(statSync(store.layers.pathOf(source), { bigint: true }).mtimeNs) };
  });
  return { ...record, sources };
}

test('a file that is not what the scan saw is told, and nothing stays in the store', async () => {
  using folder = temporaryFolder();
  makeFiles(folder.path);
  const path = join(folder.path, 'd', 'c', '199.bin');
  let builds = 0;
  const plugin = definePlugin({
    name: 'change',
    apiVersion: 1,
    apply: ({ register, hooks }) => {
      register('layerType', tar);
      hooks.build.tap(({ hooks: build }) => {
        build.plan.tap(async (plan) => {
          builds++;
          writeFileSync(path, `changed ${builds}`);
          return plan;
        });
      });
    },
  });
  const store = createLocalStore(join(folder.path, 'store'));
  const kitwright = createKitwright({ plugins: [plugin], threads: 3 });
  const { signal } = new AbortController();
  const options = { directory: folder.path, kitfile: {}, store, layerFormat: 'tar', capture: 'copy', signal } as const;
  try {
    await assert.rejects(packKit(kitwright, options), { code: 'content-changed', message: /199\.bin changed/ });
  } finally {
    await kitwright.close();
  }
  assert.equal(builds, 3);
  assert.deepEqual([readdirSync(store.layout.packs), readdirSync(store.layout.tmp)], [[], []]);
});

test('a pack that is cancelled ends, and leaves nothing', async () => {
  using folder = temporaryFolder();
  makeFiles(folder.path);
  const stop = new AbortController();
  const store = createLocalStore(join(folder.path, 'store'));
  const plugin = definePlugin({
    name: 'stop',
    apiVersion: 1,
    apply: ({ register, hooks }) => {
      register('layerType', tar);
      hooks.event.tap(({ type }) => {
        if (type === 'layer-start') setImmediate(() => stop.abort());
      });
    },
  });
  const kitwright = createKitwright({ plugins: [plugin], threads: 3 });
  const options = { directory: folder.path, kitfile: {}, store, layerFormat: 'tar', capture: 'copy' } as const;
  try {
    await assert.rejects(packKit(kitwright, { ...options, signal: stop.signal }), { code: 'cancelled' });
  } finally {
    await kitwright.close();
  }
  assert.deepEqual([readdirSync(store.layout.packs), readdirSync(store.layout.tmp)], [[], []]);
});
