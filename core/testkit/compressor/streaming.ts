import type { Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { turns } from '../suite/turns.ts';
import { within } from '../suite/within.ts';

/** How bytes are given to a stream. */
export interface Feeding {
  /** Bytes of a block; 64 KiB by default. */
  readonly blockSize?: number;
  /** The end comes with the last block, or when everything was taken. */
  readonly end?: 'with the last block' | 'later';
}

/** A stream that does not end in this time (ms) hangs. */
const patience = 10_000;

/** All that a stream gives for these bytes. */
export function through(stream: Transform, bytes: Uint8Array, feeding: Feeding = {}): Promise<Buffer> {
  return within(patience, async () => {
    const parts: Buffer[] = [];
    stream.on('data', (block: Uint8Array) => parts.push(Buffer.from(block)));
    const ended = finished(stream);
    await Promise.all([ended, feed(stream, bytes, feeding)]);
    return Buffer.concat(parts);
  });
}

async function feed(stream: Transform, bytes: Uint8Array, { blockSize = 65_536, end }: Feeding): Promise<void> {
  for (let at = 0; at < bytes.byteLength && stream.writable; at += blockSize) {
    const block = Buffer.from(bytes.subarray(at, at + blockSize));
    if (end === 'later') await written(stream, block);
    else stream.write(block);
  }
  if (end === 'later') await turns(20);
  if (stream.writable) stream.end();
}

/** Waits until a block was taken, or the stream has ended. */
export function written(stream: Transform, block: Uint8Array): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  stream.once('close', resolve);
  stream.write(block, () => {
    stream.off('close', resolve);
    resolve();
  });
  return promise;
}

/** As `through`, where the memory of each block is overwritten as soon as it was taken. */
export async function lentThrough(stream: Transform, bytes: Uint8Array, blockSize = 10_000): Promise<Buffer> {
  const memory = Buffer.alloc(blockSize);
  const parts: Buffer[] = [];
  stream.on('data', (block: Uint8Array) => parts.push(Buffer.from(block)));
  const ended = finished(stream);
  // It is looked at in the end; a block that is not taken waits no longer than the stream.
  ended.catch(() => undefined);
  for (let at = 0; at < bytes.byteLength; at += blockSize) {
    const block = memory.subarray(0, Math.min(blockSize, bytes.byteLength - at));
    block.set(bytes.subarray(at, at + blockSize));
    await written(stream, block);
    memory.fill(0xee);
    await setImmediate();
  }
  if (stream.writable) stream.end();
  await within(patience, () => ended);
  return Buffer.concat(parts);
}
