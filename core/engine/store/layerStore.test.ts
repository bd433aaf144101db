import assert from 'node:assert/strict';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fromNative } from '../files/bytePath.ts';
import { readFingerprint } from '../files/fingerprint.ts';
import { digestOf } from '../oci/digest.ts';
import type { LayerRecord } from './LayerRecord.ts';
import { createLayerStore } from './layerStore.ts';
import { withStore } from './testing/withStore.ts';

test("a layer is there as long as the files of the store are; one that is referred to is its owner's", () =>
  withStore(async (layout) => {
    const digest = digestOf('layer');
    const [object, own] = [layout.object('ab'.repeat(16)), join(layout.root, 'own')];
    mkdirSync(dirname(object), { recursive: true });
    for (const path of [object, own]) writeFileSync(path, 'content');
    const fingerprint = readFingerprint(fromNative(own));
    assert.ok(fingerprint);
    const { mtimeNs } = statSync(object, { bigint: true });
    const record: LayerRecord = {
      digest,
      size: 14,
      diffId: digest,
      sources: [
        { kind: 'object', name: 'ab'.repeat(16), size: 7, mtimeNs: String(mtimeNs) },
        { kind: 'reference', path: fromNative(own), size: 7, fingerprint },
      ],
      pieces: [0, 1].map((source) => ({ source, offset: 0, size: 7 })),
    };
    const layers = createLayerStore(layout);
    assert.equal(layers.has(digest), false);
    layers.write(record);
    rmSync(own);
    assert.equal(layers.has(digest), true);
    assert.equal(layers.stateOfAll(record), 'missing');
    rmSync(object);
    assert.equal(layers.has(digest), false);
  }));
