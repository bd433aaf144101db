import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skillFrontMatter } from './skillFrontMatter.ts';

const text = '---\nname: one\ndescription: First\n---\n';

test('front matter is read with a byte order mark, in UTF-16 and with old line ends', () => {
  const expected = { name: 'one', description: 'First' };
  for (const bytes of [
    Buffer.from(text),
    Buffer.from(`\ufeff${text}`),
    Buffer.from(`\ufeff${text}`, 'utf16le'),
    Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
    Buffer.from(text.replaceAll('\n', '\r')),
  ])
    assert.deepEqual(skillFrontMatter(bytes), expected);
});
