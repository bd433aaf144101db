import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeText, guessText } from './decodeText.ts';

const read = (...parts: readonly (string | readonly number[] | Buffer)[]) =>
  decodeText(Buffer.concat(parts.map((part) => Buffer.from(part as string))), 'F', 'ignore-invalid');

const little = (text: string) => Buffer.from(text, 'utf16le');
const big = (text: string) => little(text).swap16();
const mark = '\ufeff';

for (const [what, parts] of [
  ['UTF-8', ['key\r\n*.tmp\nü']],
  ['UTF-8 with a mark', [`${mark}key\r\n*.tmp\nü`]],
  ['UTF-16, little end first', [little(`${mark}key\r\n*.tmp\nü`)]],
  ['UTF-16, big end first', [big(`${mark}key\r\n*.tmp\nü`)]],
] as const) {
  test(`${what} is read, and the mark is no part of it`, () => assert.equal(read(...parts), 'key\r\n*.tmp\nü'));
}

test('a CR alone ends a line, wherever it stands', () => {
  assert.equal(read('a\rb\r\rc\r'), 'a\nb\n\nc\n');
  assert.equal(read(little(`${mark}a\rb\r\n`)), 'a\nb\r\n');
});

test('Chinese in UTF-16 is read, also where its bytes look like ASCII', () => {
  assert.equal(read(little(`${mark}上海\n数据\n`)), '上海\n数据\n');
  assert.equal(read(big(`${mark}文件\n数据\n`)), '文件\n数据\n');
});

for (const [what, parts, line] of [
  ['UTF-16 without a mark', [little('a\nb\n')], 1],
  ['UTF-16 without a mark, big end first', [big('a\nb\n')], 1],
  ['UTF-16 at the end of UTF-8', ['ab\ncd\n', little('key\n')], 3],
  ['UTF-16 with its mark at the end of UTF-8', ['a\r\nb\r\n', little(`${mark}key\n`)], 3],
  ['ASCII of an even length at the end of UTF-16', [little(`${mark}a\nb\n`), '*.pem\n'], 3],
  ['ASCII of an odd length at the end of UTF-16', [little(`${mark}a\nb\n`), 'a.pem\r\n'], 3],
  ['ASCII without a line end at the end of UTF-16', [little(`${mark}a\n`), '*.pemx'], 2],
  ['ASCII at the end of UTF-16, big end first', [big(`${mark}a\n`), '*.pem\n'], 2],
  ['ASCII between UTF-16', [little(`${mark}a\n`), '*.pem\n', little('b\n')], 2],
  ['the other byte order at the end of UTF-16', [little(`${mark}a\n`), big('key\n')], 2],
  ['half a sign at the end of UTF-16', [little(`${mark}a\nb`), [0x61]], 2],
  ['Latin-1', ['a\n\n', [0x63, 0xe9], '\n'], 3],
  ['UTF-8 that is cut', ['a\n', [0xe2, 0x82]], 2],
  ['UTF-32', [[0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]], 1],
  ['a NUL', ['a\rb\r\0'], 3],
] as const) {
  test(`${what} is refused with its line`, () => {
    assert.throws(
      () => read(...parts),
      (error: { code?: string; source?: { line?: number } }) => {
        assert.equal(error.code, 'ignore-invalid');
        assert.equal(error.source?.line, line);
        return true;
      },
    );
  });
}

test('more than 16 MiB is refused', () =>
  assert.throws(() => read(Buffer.alloc(16 * 1024 * 1024 + 1, 'a')), { code: 'ignore-invalid' }));

test('what only helps is never refused', () => {
  assert.equal(guessText(little(`${mark}MIT`)), 'MIT');
  assert.equal(guessText(Buffer.from([0x28, 0xa9, 0x29])), '(\ufffd)');
});
