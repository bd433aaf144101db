import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CompressorModule } from '@kitwright/core/plugin';
import { compressors } from './index.ts';

const folder = fileURLToPath(new URL('compressors', import.meta.url));

for (const { id, module } of compressors) {
  test(`${id} restores its input, and compresses to the same bytes each time`, async () => {
    const { compress, decompress } = (await import(module)) as CompressorModule;
    const bytes = Buffer.from('weights '.repeat(10_000));
    const [first, second] = [await buffer(compress().end(bytes)), await buffer(compress().end(bytes))];
    assert.ok(first.equals(second) && first.byteLength < bytes.byteLength / 10);
    assert.ok((await buffer(decompress().end(first))).equals(bytes));
  });
}

test('every file of compressors/ is listed, and each suffix is valid in a media type', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  assert.deepEqual(compressors.map(({ module }) => module.slice(module.lastIndexOf('/') + 1)).sort(), files.sort());
  for (const { suffix } of compressors) assert.match(suffix, /^[\w.-]+$/);
});
