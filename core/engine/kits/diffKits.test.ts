import assert from 'node:assert/strict';
import { test } from 'node:test';
import { descriptorOf } from '../oci/descriptor.ts';
import { diffKits } from './diffKits.ts';
import type { LoadedKit } from './loadKit.ts';

const layer = (text: string) => descriptorOf('application/vnd.kitops.modelkit.code.v1.tar', Buffer.from(text));

const kit = (layers: readonly string[], annotations: Readonly<Record<string, string>> = {}): LoadedKit => {
  const manifest = { config: layer('config'), layers: layers.map(layer), annotations };
  const manifestBytes = Buffer.from(JSON.stringify(manifest));
  return { descriptor: descriptorOf('m', manifestBytes), manifest, manifestBytes, kitfile: {} } as unknown as LoadedKit;
};

const digests = (layers: readonly { readonly digest: string }[]) => layers.map(({ digest }) => digest);

test('a layer that occurs twice is compared twice', () => {
  const { shared, only } = diffKits(kit(['a', 'a', 'b']), kit(['b', 'a']));
  assert.deepEqual(digests(shared), digests([layer('a'), layer('b')]));
  assert.deepEqual(digests(only[0]), digests([layer('a')]));
  assert.deepEqual(only[1], []);
});

test('annotations are compared by their entries', () => {
  assert.equal(diffKits(kit([], { a: '1', b: '2' }), kit([], { b: '2', a: '1' })).sameAnnotations, true);
  assert.equal(diffKits(kit([], { a: '1' }), kit([], { a: '1', b: '2' })).sameAnnotations, false);
  assert.equal(diffKits(kit(['a']), kit(['a'])).identical, true);
});

test('kits with as many layers as a manifest can have are compared in linear time', { timeout: 60_000 }, () => {
  const many = Array.from({ length: 38_000 }, (_, i) => `layer ${i}`);
  const { shared, only } = diffKits(kit(many), kit([...many.slice(1), 'other'].toReversed()));
  assert.deepEqual([shared.length, only[0].length, only[1].length], [many.length - 1, 1, 1]);
});
