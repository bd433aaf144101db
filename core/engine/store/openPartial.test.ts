import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { leaveFree } from '../../../test/support/leaveFree.ts';
import { openPartial } from './openPartial.ts';
import { openScratchChunks } from './openScratchChunks.ts';
import type { StoreLayout } from './storeLayout.ts';
import { withStore } from './testing/withStore.ts';

const GiB = 1024 ** 3;
const hex = 'a'.repeat(64);
const layer = { mediaType: 'application/octet-stream', digest: `sha256:${hex}`, size: 4 * GiB } as const;

/** Downloads the beginning of the layer. Is it there afterwards? */
async function keepsBeginning(layout: StoreLayout, meanwhile: () => void): Promise<boolean> {
  {
    await using partial = await openPartial(layer, layout);
    partial?.write(Buffer.alloc(1024), 0);
    meanwhile();
  }
  return existsSync(join(layout.partials, hex));
}

test('what a registry says is larger than the disk is not begun', () =>
  withStore(async (layout) => {
    using _free = leaveFree(3 * GiB);
    await assert.rejects(openPartial(layer, layout), { code: 'disk-full' });
    assert.throws(() => openScratchChunks(join(layout.tmp, 'layer'), layer.size), { code: 'disk-full' });
    assert.equal(existsSync(join(layout.tmp, 'layer')), false);
  }));

test('the beginning of a download is kept, but not on a disk that it fills', () =>
  withStore(async (layout) => {
    assert.equal(await keepsBeginning(layout, () => undefined), true);
    using full = new DisposableStack();
    assert.equal(await keepsBeginning(layout, () => full.use(leaveFree(GiB / 2))), false);
  }));
