import type { ByteRange, ByteStream, Descriptor, Fetcher, Reader } from '@kitwright/core/plugin';

/** All bytes of a stream; each block is copied when it comes. */
export async function readAll(stream: ByteStream): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const bytes of stream) parts.push(Buffer.from(bytes));
  return Buffer.concat(parts);
}

export function fetchAll(target: Pick<Fetcher, 'fetch'>, descriptor: Descriptor, range?: ByteRange): Promise<Buffer> {
  return readAll(range ? target.fetch(descriptor, range) : target.fetch(descriptor));
}

/** What `read` gives; each block is copied when it comes. */
export async function readRange(target: Reader, descriptor: Descriptor, range: ByteRange): Promise<Buffer> {
  const parts: Buffer[] = [];
  await target.read(descriptor, range, (bytes) => void parts.push(Buffer.from(bytes)));
  return Buffer.concat(parts);
}
