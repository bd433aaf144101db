import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maxManifestSize, parseJsonObject } from '../oci/parseJsonObject.ts';
import { assembleKit, draftKit } from './assemble.ts';

const kit = (length: number) => draftKit({ package: { description: 'x'.repeat(length) } }, [], undefined);

test('a config that would not be read back is not made', () => {
  const overhead = kit(0).configBytes.byteLength + '"description":"",'.length;
  const largest = kit(maxManifestSize - overhead);
  parseJsonObject(assembleKit(largest).configBytes, 'config');
  assert.throws(() => assembleKit(kit(maxManifestSize)), { code: 'kitfile-invalid' });
});
