import assert from 'node:assert/strict';
import { existsSync, lstatSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Descriptor, descriptorOf } from '../oci/descriptor.ts';
import { mediaTypes } from '../oci/mediaTypes.ts';
import { createLocalStore, type LocalStore } from './localStore.ts';
import { fillDisk } from './testing/fullDisk.ts';
import { withStore } from './testing/withStore.ts';
import { withLock } from './withLock.ts';

/** Stores a manifest of nothing under a name. */
const addKit = async (store: LocalStore, tag: string): Promise<Descriptor> => {
  const config = descriptorOf(mediaTypes.kitConfig, Buffer.from('{}'));
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, config, layers: [], annotations: { tag } }));
  const descriptor = descriptorOf(mediaTypes.manifest, bytes);
  store.putBytes(descriptor, bytes);
  await store.tag(descriptor, 'localhost/x', tag);
  return descriptor;
};

const drop = (store: LocalStore, tag: string) =>
  store.update((index) => ({ ...index, names: index.names.filter((name) => name.tag !== tag) }));

test('on a full disk the lock is a link, which others respect', () =>
  withStore(async ({ lock, tmp }) => {
    using _disk = fillDisk();
    await withLock(lock, tmp, () => {
      assert.ok(lstatSync(lock).isSymbolicLink());
      assert.equal(readlinkSync(lock).split(':')[0], String(process.pid));
    });
    assert.equal(existsSync(lock), false);
    assert.deepEqual(readdirSync(tmp), []);
  }));

test('a kit is removed from a full disk: what only it needs goes before the index is written', () =>
  withStore(async (layout) => {
    const store = createLocalStore(layout.root);
    const [gone, stays] = [await addKit(store, 'gone'), await addKit(store, 'stays')];
    using disk = fillDisk((path) => path === layout.blob(gone.digest));
    await drop(store, 'gone');
    assert.equal(disk.isFull(), false);
    assert.deepEqual(
      store.list().map(({ tag }) => tag),
      ['stays'],
    );
    assert.ok(existsSync(layout.blob(stays.digest)));
  }));

test('where a kit keeps another name, caches make room', () =>
  withStore(async (layout) => {
    const store = createLocalStore(layout.root);
    const kit = await addKit(store, 'v1');
    await store.tag(kit, 'localhost/x', 'v2');
    const cut = join(layout.partials, 'cut');
    writeFileSync(cut, 'a part');
    using _disk = fillDisk((path) => path === cut);
    await drop(store, 'v2');
    assert.deepEqual(
      store.list().map(({ tag }) => tag),
      ['v1'],
    );
    assert.ok(existsSync(layout.blob(kit.digest)));
  }));

test('where nothing makes room the index stays as it was', () =>
  withStore(async (layout) => {
    const store = createLocalStore(layout.root);
    const kit = await addKit(store, 'v1');
    await store.tag(kit, 'localhost/x', 'v2');
    using disk = fillDisk();
    await assert.rejects(drop(store, 'v2'), { code: 'disk-full' });
    assert.ok(disk.isFull());
    assert.equal(store.list().length, 2);
  }));
