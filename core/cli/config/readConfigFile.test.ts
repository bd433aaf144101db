import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporaryFolder.ts';
import { openConfig } from './openConfig.ts';
import { readConfigFile } from './readConfigFile.ts';

const texts = {
  'k.config.mjs': (word: string) => `export default { word: '${word}' };`,
  'k.config.mts': (word: string) => `const word: string = '${word}'; export default { word };`,
  'k.config.ts': (word: string) => `const word: string = '${word}'; export default { word };`,
  'k.config.js': (word: string) => `export default { word: '${word}' };`,
  'k.config.cjs': (word: string) => `module.exports = { word: '${word}' };`,
  'k.config.cts': (word: string) => `module.exports = { word: '${word}' as string };`,
  'k.config.json': (word: string) => `{"word": "${word}"}`,
  'k.config.yaml': (word: string) => `word: ${word}`,
};

for (const [name, text] of Object.entries(texts))
  test(`${name} is read as it was opened, also if another file has replaced it`, async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, name);
    writeFileSync(path, text('trusted'));
    const file = openConfig(path, 'refuse-links');
    writeFileSync(path, text('other'));
    assert.deepEqual(await readConfigFile(file), { word: 'trusted' });
  });

test('a text that aliases make larger than any text of its size is refused before it is copied', async () => {
  for (const text of [`a: &a [${'1,'.repeat(2000)}]\nb: [${'*a,'.repeat(2000)}]\n`, 'a: &a [*a]\n', 'a: &a {b: *a}\n'])
    await assert.rejects(readConfigFile({ path: '/x/k.config.yaml', bytes: Buffer.from(text) }), {
      code: 'config-invalid',
      message: /aliases/,
    });
  const used = Buffer.from('a: &a {compression: none, layerFormat: raw}\nb: *a\nc: {<<: *a}\n');
  const read = await readConfigFile({ path: '/x/k.config.yaml', bytes: used });
  assert.deepEqual(Object.keys(read as object), ['a', 'b', 'c']);
});
