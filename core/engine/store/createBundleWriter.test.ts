import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { createBundleWriter } from './createBundleWriter.ts';
import { bundledIn, encodeBundle } from './fileBundle.ts';

const root = mkdtempSync(join(tmpdir(), 'kitwright-bundles-'));
after(() => rmSync(root, { recursive: true }));

const keyOf = (n: number) => n.toString(16).padStart(64, '0');

function open(name: string) {
  const [folder, tmp] = [join(root, name), join(root, `${name}-tmp`)];
  for (const each of [folder, tmp]) mkdirSync(each);
  const writer = createBundleWriter(folder, tmp);
  const write = (n: number, text = `text ${n}`) => writer.write({ key: keyOf(n), bytes: Buffer.from(text) });
  const read = (n: number) => bundledIn(readFileSync(join(folder, keyOf(n))), keyOf(n))?.toString();
  return { folder, tmp, writer, write, read };
}

test('what is written has one file for many, and a name for each', () => {
  const { folder, tmp, writer, write, read } = open('many');
  for (let n = 0; n < 100; n++) write(n);
  assert.equal(existsSync(join(folder, keyOf(99))), false);
  assert.equal(writer.read(keyOf(99))?.toString(), 'text 99');
  const { paths, release } = writer.flush();
  assert.equal(writer.read(keyOf(99))?.toString(), 'text 99');
  assert.deepEqual([readdirSync(folder).length, paths.length], [100, 2]);
  for (let n = 0; n < 100; n++) assert.equal(read(n), `text ${n}`);
  assert.equal(new Set(readdirSync(folder).map((name) => statSync(join(folder, name)).ino)).size, 2);
  release();
  assert.deepEqual(readdirSync(tmp), []);
  rmSync(join(folder, keyOf(99)));
  assert.equal(writer.read(keyOf(99)), undefined);
});

test('one alone is a file of its own; what was forgotten is not written', () => {
  const { folder, writer, write } = open('one');
  write(1);
  write(2);
  writer.forget(keyOf(2));
  const { paths } = writer.flush();
  assert.deepEqual(paths, [join(folder, keyOf(1))]);
  assert.equal(readFileSync(join(folder, keyOf(1)), 'utf8'), 'text 1');
});

test('a name that was there leads to what was written last, and the others stay', () => {
  const { writer, write, read } = open('again');
  for (const n of [1, 2, 3]) write(n);
  writer.flush().release();
  write(2, 'changed');
  write(4);
  writer.flush().release();
  assert.deepEqual([1, 2, 3, 4].map(read), ['text 1', 'changed', 'text 3', 'text 4']);
});

test('large ones are not gathered for long', () => {
  const { folder, writer } = open('large');
  for (const n of [1, 2]) writer.write({ key: keyOf(n), bytes: Buffer.alloc(200_000, n) });
  assert.equal(readdirSync(folder).length, 2);
});

test('a bundle that was cut off or changed gives nothing, or less, and never fails', () => {
  const whole = encodeBundle([1, 2, 3].map((n) => ({ key: keyOf(n), bytes: Buffer.from(`text ${n}`) })));
  const changed = fc.record({ length: fc.nat(whole.byteLength), at: fc.nat(whole.byteLength), to: fc.nat(255) });
  fc.assert(
    fc.property(changed, ({ length, at, to }) => {
      const bytes = Buffer.from(whole.subarray(0, length));
      if (at < length) bytes[at] = to;
      assert.ok((bundledIn(bytes, keyOf(2))?.byteLength ?? 0) <= whole.byteLength);
    }),
  );
});
