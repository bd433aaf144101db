import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonValue } from '../errors/JsonValue.ts';
import type { Layer } from '../host/nouns.ts';
import { descriptorOf } from '../oci/descriptor.ts';
import { maxManifestSize, parseJsonObject } from '../oci/parseJsonObject.ts';
import { assembleKit, draftKit } from './assemble.ts';

const kit = (length: number) => draftKit({ package: { description: 'x'.repeat(length) } }, [], undefined);

test('a config that is too large to be read again is not made', () => {
  const overhead = kit(0).configBytes.byteLength + '"description":"",'.length;
  const largest = kit(maxManifestSize - overhead);
  parseJsonObject(assembleKit(largest).configBytes, 'config');
  assert.throws(() => assembleKit(kit(maxManifestSize)), { code: 'kitfile-invalid' });
});

test('a kit that would be refused for elements with the same layer is not made', () => {
  const descriptor = { ...descriptorOf('application/vnd.kitops.modelkit.docs.v1.tar', Buffer.of(1)), size: 1024 ** 3 };
  const layers = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ entry: { id: `docs.${i}` }, descriptor }) as unknown as Layer);
  const assemble = (count: number) => assembleKit(draftKit({}, layers(count), undefined));
  assert.equal(assemble(20).layers.length, 20);
  assert.throws(() => assemble(21), { code: 'kitfile-invalid', message: /same content/ });
});

test('a config that would be refused for values that lie too deep is not made', () => {
  const deep = (values: number) => {
    let parameters: JsonValue = Array.from({ length: values }, () => 1);
    for (let i = 0; i < 80; i++) parameters = [parameters];
    return draftKit({ model: { path: 'm', parameters } }, [], undefined);
  };
  assembleKit(deep(100));
  assert.throws(() => assembleKit(deep(100_000)), { code: 'kitfile-invalid', message: /too deep/ });
});
