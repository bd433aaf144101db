import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { fromNative } from '../files/bytePath.ts';
import { descriptorOf } from '../oci/descriptor.ts';
import { locateSteady } from './locateSteady.ts';
import { createOciLayout } from './ociLayout.ts';

const skip = process.platform === 'win32' && 'modes say nothing there';
const bytes = Buffer.from('a layer');
const descriptor = descriptorOf('application/octet-stream', bytes);

/** A layout with one blob, and where that lies. */
const layoutIn = (parent: string) => {
  const root = join(realpathSync(parent), 'layout');
  const blobs = join(root, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true, mode: 0o755 });
  for (const folder of [root, join(root, 'blobs'), blobs]) chmodSync(folder, 0o755);
  const path = join(blobs, descriptor.digest.slice('sha256:'.length));
  writeFileSync(path, bytes, { mode: 0o644 });
  return { root, path, layout: createOciLayout(root) };
};

test('bytes are used where they lie if nobody else can change them', { skip }, () => {
  using folder = temporaryFolder();
  const { path, layout } = layoutIn(folder.path);
  assert.deepEqual(locateSteady(layout, descriptor), [
    { kind: 'file', path: fromNative(path), offset: 0, size: bytes.byteLength },
  ]);
});

test('a blob to which others may write is copied, and one that they may replace, or that a link leads to', {
  skip,
}, () => {
  using folder = temporaryFolder();
  const { root, path, layout } = layoutIn(folder.path);
  chmodSync(path, 0o646);
  assert.equal(locateSteady(layout, descriptor), undefined);
  chmodSync(path, 0o644);
  chmodSync(join(root, 'blobs'), 0o777);
  assert.equal(locateSteady(layout, descriptor), undefined);
  chmodSync(join(root, 'blobs'), 0o755);
  assert.ok(locateSteady(layout, descriptor));
  const link = join(folder.path, 'link');
  symlinkSync(root, link);
  assert.equal(locateSteady(createOciLayout(link), descriptor), undefined);
});
