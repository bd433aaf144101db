import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestOf } from '../oci/digest.ts';
import { kitfile, runWatch, type Watched } from './testing/runWatch.ts';

/** So many files are built in columns; they fill several chunks. */
const files = Object.fromEntries(
  Array.from({ length: 300 }, (_, n) => [`m/${String(n).padStart(3, '0')}`, `${n} `.repeat(5000)]),
);
const first = { Kitfile: kitfile, ...files, 'c/a.py': '1' };

const packBytes = ({ store }: Watched): number =>
  readdirSync(store.layout.packs).reduce((sum, name) => sum + statSync(join(store.layout.packs, name)).size, 0);

test('of a layer of many files only what lies behind the first change is hashed again, and only that is stored', async () => {
  for (const capture of ['copy', 'reference'] as const) {
    const watched = await runWatch(
      first,
      [
        ({ write }) => write({ 'm/299': 'changed' }),
        ({ write }) => write({ 'm/000': 'changed' }),
        ({ write }) => write({ 'm/150': 'changed', 'm/300': 'new' }),
      ],
      { capture },
    );
    const { kits, texts } = watched;
    assert.deepEqual(
      texts.map((found) => ['m/000', 'm/150', 'm/298', 'm/299', 'm/300'].map((path) => found[path]?.slice(0, 7))),
      [
        ['0 0 0 0', '150 150', '298 298', '299 299', undefined],
        ['0 0 0 0', '150 150', '298 298', 'changed', undefined],
        ['changed', '150 150', '298 298', 'changed', undefined],
        ['changed', 'changed', '298 298', 'changed', 'new'],
      ],
    );
    const shares = kits.map(({ bytesHashed }) => Math.round((bytesHashed / (kits[0]?.bytesHashed ?? 0)) * 10));
    assert.deepEqual(shares, [10, 0, 10, 5], capture);
    const stored = capture === 'copy' ? (kits[0]?.bytesHashed ?? 0) : 0;
    assert.ok(packBytes(watched) < stored + 20_000, `${packBytes(watched)} bytes are stored`);
  }
});

test('a file that is being written again keeps its last version in a layer of many files, and nothing is stored twice', async () => {
  const watched = await runWatch({ ...first, 'm/200.ckpt': 'old done' }, [
    ({ write }) => write({ 'm/200.ckpt': 'half', 'm/100': 'changed' }),
    ({ write }) => write({ 'm/200.ckpt': 'new done' }),
    ({ write }) => write({ 'm/101': 'changed' }),
  ]);
  assert.deepEqual(
    watched.texts.map((found) => [found['m/200.ckpt'], found['m/100']?.slice(0, 7), found['m/299']?.slice(0, 7)]),
    [
      ['old done', '100 100', '299 299'],
      ['old done', 'changed', '299 299'],
      ['new done', 'changed', '299 299'],
      ['new done', 'changed', '299 299'],
    ],
  );
  assert.ok(packBytes(watched) < (watched.kits[0]?.bytesHashed ?? 0) + 20_000);
});

test('digests of files are there for those too that are not hashed again', async () => {
  const { kits, texts } = await runWatch(first, [({ write }) => write({ 'm/299': 'changed' })], { fileDigests: 1000 });
  for (const [n, { kit }] of kits.entries()) {
    const digests = await kit.layers[0]?.fileDigests?.();
    assert.equal(digests?.length, 300);
    for (const { path, digest } of digests ?? []) assert.equal(digest, digestOf(texts[n]?.[path] ?? ''), path);
  }
  assert.ok((kits[1]?.bytesHashed ?? 0) < (kits[0]?.bytesHashed ?? 0) / 2);
});
