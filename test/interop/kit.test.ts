import assert from 'node:assert/strict';
import { cpSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { digestsOf, kit, kitwright, succeed, treeOf } from './peer.ts';
import { randomProject, writeProject } from './randomTree.ts';

/** Number of random trees; more by hand: SEEDS=1000. */
const seeds = Number(process.env['SEEDS'] ?? 200);
const tag = 'inter/op:v1';

const compareSeed = async (seed: number): Promise<void> => {
  using folder = temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  writeProject(at('p'), randomProject(seed), seed);
  const [theirs, ours] = await Promise.all([
    kit(folder.path, at('kit'), 'pack', 'p', '-t', tag),
    kitwright(folder.path, at('our'), 'pack', 'p', '-t', tag),
  ]);
  succeed(theirs);
  succeed(ours);
  const [theirDigests, ourDigests] = await Promise.all([
    kit(folder.path, at('kit'), 'inspect', tag),
    kitwright(folder.path, at('our'), 'inspect', tag),
  ]);
  assert.deepEqual(digestsOf(ourDigests), digestsOf(theirDigests), `seed ${seed}`);
  // Kitwright reads the store of kit, which is below the same root.
  const [theirTree, ourTree] = await Promise.all([
    kit(folder.path, at('kit'), 'unpack', tag, '-d', 'a'),
    kitwright(folder.path, at('kit'), 'unpack', tag, '-d', 'b'),
  ]);
  succeed(theirTree);
  succeed(ourTree);
  assert.deepEqual(treeOf(at('b')), treeOf(at('a')), `seed ${seed}`);
};

/** Packs `p`, gives our blobs to `kit`, and compares what both unpack. */
const compareUnpacks = async (folder: string, flags: readonly string[]): Promise<void> => {
  const at = (name: string) => join(folder, name);
  const packed = succeed(await kitwright(folder, at('our'), 'pack', 'p', '-t', tag, '--blobs', ...flags));
  const digest = /Model saved: (\S+)/.exec(packed.stdout)?.[1] ?? '';
  succeed(await kit(folder, at('kit'), 'pack', 'p', '-t', 'other:v1'));
  // kit's store is an OCI layout with one index per repository beside it: give it our blobs and such an index.
  const storage = at('kit/storage');
  cpSync(at('our/store/blobs'), join(storage, 'blobs'), { recursive: true });
  const manifest = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest,
    size: statSync(at(`our/store/blobs/sha256/${digest.slice(7)}`)).size,
  };
  const name = Buffer.from('localhost/inter/op').toString('base64').replaceAll('+', '-').replaceAll('/', '_');
  writeFileSync(join(storage, `${name}-index.json`), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  writeFileSync(join(storage, `${name}-tags.json`), JSON.stringify({ v1: manifest }));
  succeed(await kit(folder, at('kit'), 'unpack', tag, '-d', 'theirs'));
  succeed(await kitwright(folder, at('our'), 'unpack', tag, '-d', 'ours'));
  assert.deepEqual(treeOf(at('theirs')), treeOf(at('ours')));
};

describe('kit 1.15.0', { concurrency: 3 }, () => {
  for (let first = 1; first <= seeds; first += 20) {
    const last = Math.min(seeds, first + 19);
    it(`packs and unpacks random trees ${first} to ${last} as we do`, async () => {
      for (let seed = first; seed <= last; seed++) await compareSeed(seed);
    });
  }

  it('reads and unpacks the blobs that we wrote', async () => {
    using folder = temporaryFolder();
    writeProject(join(folder.path, 'p'), randomProject(4242), 4242);
    await compareUnpacks(folder.path, []);
  });

  it('reads and unpacks a kit whose checkpoints are layers of their own', async () => {
    using folder = temporaryFolder();
    for (const step of [5, 10]) {
      mkdirSync(join(folder.path, `p/out/checkpoint-${step}`), { recursive: true });
      writeFileSync(join(folder.path, `p/out/checkpoint-${step}/config.json`), `{"step": ${step}}`);
    }
    writeFileSync(join(folder.path, 'p/Kitfile'), 'manifestVersion: 1.0.0\nmodel: {path: out}\n');
    await compareUnpacks(folder.path, ['--layers', 'per-checkpoint']);
    assert.equal(treeOf(join(folder.path, 'theirs')).length, treeOf(join(folder.path, 'p')).length);
  });

  it('its kits can be listed, shown, tagged and unpacked, without a write to its store', async () => {
    using folder = temporaryFolder();
    const at = (name: string) => join(folder.path, name);
    mkdirSync(at('p'));
    writeFileSync(at('p/Kitfile'), 'manifestVersion: 1.0.0\npackage: {name: theirs}\ncode: [{path: a.py}]\n');
    writeFileSync(at('p/a.py'), 'print()');
    succeed(await kit(folder.path, at('kit'), 'pack', 'p', '-t', 'x:v1'));
    const before = treeOf(at('kit/storage'));
    assert.equal(
      (await kitwright(folder.path, at('kit'), 'list')).stdout,
      (await kit(folder.path, at('kit'), 'list')).stdout,
    );
    assert.equal(
      (await kitwright(folder.path, at('kit'), 'info', 'x:v1')).stdout,
      (await kit(folder.path, at('kit'), 'info', 'x:v1')).stdout,
    );
    succeed(await kitwright(folder.path, at('kit'), 'tag', 'x:v1', 'y:mine'));
    succeed(await kitwright(folder.path, at('kit'), 'unpack', 'y:mine', '-d', 'out'));
    const removed = await kitwright(folder.path, at('kit'), 'remove', 'x:v1');
    assert.match(removed.stderr, /store-read-only/);
    assert.deepEqual(treeOf(at('kit/storage')), before);
  });
});
