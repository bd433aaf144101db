import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maxManifestSize, parseJsonObject } from '../oci/parseJsonObject.ts';
import { assembleKit, draftKit } from './assemble.ts';

const kit = (length: number) => draftKit({ package: { description: 'x'.repeat(length) } }, [], undefined);

test('a config that is too large to be read again is not made', () => {
  const overhead = kit(0).configBytes.byteLength + '"description":"",'.length;
  const largest = kit(maxManifestSize - overhead);
  parseJsonObject(assembleKit(largest).configBytes, 'config');
  assert.throws(() => assembleKit(kit(maxManifestSize)), { code: 'kitfile-invalid' });
});
