import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { runGit, withoutCredentials } from './runGit.ts';

const long = 'A'.repeat(5000);

for (const [given, shown] of [
  [`https://oauth2:${long}@example.com/a/b.git`, 'https://example.com/a/b.git'],
  ['https://u:p@ss@example.com/a/b.git', 'https://example.com/a/b.git'],
  ["fatal: 'https://example.com/a.git?private_token=s3cret' not found", "fatal: 'https://example.com/a.git' not found"],
  ['https://example.com/@scope/a', 'https://example.com/@scope/a'],
  ['git@example.com:a/b.git', 'git@example.com:a/b.git'],
] as const)
  test(`${given.slice(0, 40)} is shown without its secrets`, () => assert.equal(withoutCredentials(given), shown));

/** The type and size of an object in a pack (gitformat-pack(5)). */
const objectHead = (type: number, size: number): Buffer => {
  const bytes = [(type << 4) | (size & 15)];
  for (let rest = size >> 4; rest; rest >>= 7) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(rest & 0x7f);
  }
  return Buffer.from(bytes);
};

const varint = (value: number): Buffer =>
  Buffer.from(value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >> 7)]);

const sha1 = (...parts: readonly Buffer[]): Buffer => createHash('sha1').update(Buffer.concat(parts)).digest();

/** A pack of 16 KB: 16 MiB of zeros, and an object that is those so many times. */
const packOf = (times: number): Buffer => {
  const base = Buffer.alloc(0xffffff);
  const copies = Buffer.concat(Array.from({ length: times }, () => Buffer.from([0xf0, 0xff, 0xff, 0xff])));
  const delta = Buffer.concat([varint(base.length), varint(base.length * times), copies]);
  const parts = [
    Buffer.from('PACK\0\0\0\x02\0\0\0\x02', 'latin1'),
    objectHead(3, base.length),
    deflateSync(base),
    objectHead(7, delta.length),
    sha1(Buffer.from(`blob ${base.length}\0`), base),
    deflateSync(delta),
  ];
  return Buffer.concat([...parts, sha1(...parts)]);
};

test('a difference of some bytes that says it is gigabytes takes no memory', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'kitwright-git-test-'));
  try {
    const options = { directory, env: process.env, signal: new AbortController().signal };
    writeFileSync(join(directory, 'small.pack'), packOf(2));
    writeFileSync(join(directory, 'large.pack'), packOf(50));
    await runGit(['index-pack', 'small.pack'], options);
    await assert.rejects(runGit(['index-pack', 'large.pack'], options), {
      code: 'remote-refused',
      message: /over limit/,
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test('git and what it starts have a bounded memory', { skip: process.platform !== 'linux' }, async () => {
  const options = { directory: tmpdir(), env: process.env, signal: new AbortController().signal };
  assert.match(await runGit(['-c', 'alias.limit=!ulimit -d', 'limit'], options), /^\d+\n$/);
});
