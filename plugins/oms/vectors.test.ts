import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyWithKey } from './keys.ts';
import { memoryModel } from './testing/memoryModel.ts';
import { vectors } from './testing/modelSigningVectors.ts';
import { verifyModel } from './verifyModel.ts';

const verify = verifyWithKey(vectors.publicKey, 'key.pub');
const verifyBundle = (bundle: Uint8Array, files: Readonly<Record<string, string>> = vectors.files) =>
  verifyModel(memoryModel(files), { bundle, verify, ignored: [], allowsUnsigned: false });

for (const name of ['bundle', 'shards'] as const)
  test(`what model_signing wrote is verified, and no byte of it can be changed: ${name}`, async () => {
    const bytes = Buffer.from(vectors[name]);
    const expected = await verifyBundle(bytes);
    assert.equal(expected.files, 4);
    await assert.rejects(verifyBundle(bytes, { ...vectors.files, a: 'A' }), { code: 'signature-invalid' });
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      // Names that nobody reads may be anything.
      const found = await verifyBundle(changed).catch(() => expected);
      assert.deepEqual(found, expected, `byte ${at}`);
    }
  });
