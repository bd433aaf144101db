import assert from 'node:assert/strict';
import type { ByteRange, ByteStream, Descriptor, Fetcher, Reader } from '@kitwright/core/plugin';

/** All bytes of a stream; each block is copied when it comes. */
export async function readAll(stream: ByteStream): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const bytes of stream) parts.push(copyOf(bytes));
  return Buffer.concat(parts);
}

export function fetchAll(target: Pick<Fetcher, 'fetch'>, descriptor: Descriptor, range?: ByteRange): Promise<Buffer> {
  return readAll(range ? target.fetch(descriptor, range) : target.fetch(descriptor));
}

/** What `read` gives; each block is copied when it comes. */
export async function readRange(target: Reader, descriptor: Descriptor, range: ByteRange): Promise<Buffer> {
  const parts: Buffer[] = [];
  await target.read(descriptor, range, (bytes) => void parts.push(copyOf(bytes)));
  return Buffer.concat(parts);
}

function copyOf(bytes: unknown): Buffer {
  assert.ok(bytes instanceof Uint8Array, `a block is no Uint8Array, but ${typeof bytes}`);
  return Buffer.from(bytes);
}

/** More than any case makes: some lists never end. */
const longest = 1000;

/** All of a list. */
export async function listAll<T>(list: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const each of list) {
    all.push(each);
    assert.ok(all.length <= longest, `the list has more than ${longest} entries`);
  }
  return all;
}
