/** Some bytes of a frame; with `isLast` the frame ends after them. */
export interface FramePart {
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

const magic = 0xfd2fb528;
/** The last four bits are free (RFC 8878, 3.1.2). */
const skippable = 0x184d2a50;
const blockHeaderBytes = 3;
const checksumBytes = 4;
/** Size of the fields by their flags (RFC 8878, 3.1.1.1.1). */
const dictionaryBytes = [0, 1, 2, 4];
const sizeBytes = [0, 2, 4, 8];

/**
 * Cuts a zstd stream into its frames (RFC 8878, 3.1), of which it may have many; Node decompresses one. Frames to skip
 * are left out. Throws on what is no frame, and if the stream ends within one.
 */
export async function* zstdFrames(source: AsyncIterable<Buffer>): AsyncGenerator<FramePart> {
  const input = openInput(source);
  while (await input.has(1)) {
    const start = await input.take(4);
    const kind = start.readUInt32LE();
    if ((kind & ~0xf) >>> 0 === skippable) {
      for await (const _ of input.pass((await input.take(4)).readUInt32LE()));
      continue;
    }
    if (kind !== magic) throw new Error('A frame of zstd begins with other bytes.');
    yield* frame(start, input);
  }
}

async function* frame(start: Buffer, input: Input): AsyncGenerator<FramePart> {
  const [descriptor = 0] = await input.take(1);
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const sizeField = isSingle && sizeFlag === 0 ? 1 : (sizeBytes[sizeFlag] ?? 0);
  const rest = (isSingle ? 0 : 1) + (dictionaryBytes[descriptor & 3] ?? 0) + sizeField;
  yield { bytes: Buffer.concat([start, Buffer.of(descriptor), await input.take(rest)]), isLast: false };
  const hasChecksum = (descriptor & 4) !== 0;
  for (let isLast = false; !isLast; ) {
    const head = await input.take(blockHeaderBytes);
    const word = head.readUIntLE(0, blockHeaderBytes);
    isLast = (word & 1) !== 0;
    // A block of one repeated byte holds that byte alone.
    const size = ((word >> 1) & 3) === 1 ? 1 : word >> 3;
    yield { bytes: head, isLast: isLast && !hasChecksum && size === 0 };
    let left = size;
    for await (const bytes of input.pass(size)) {
      left -= bytes.byteLength;
      yield { bytes, isLast: isLast && !hasChecksum && left === 0 };
    }
  }
  if (hasChecksum) yield { bytes: await input.take(checksumBytes), isLast: true };
}

type Input = ReturnType<typeof openInput>;

/** The blocks are copied: their memory may be used again as soon as the next one is asked for. */
function openInput(source: AsyncIterable<Buffer>) {
  const blocks = source[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  const has = async (count: number): Promise<boolean> => {
    while (held.byteLength < count) {
      const next = await blocks.next();
      if (next.done) return false;
      held = Buffer.concat([held, next.value]);
    }
    return true;
  };
  const cut = (count: number): Buffer => {
    const bytes = held.subarray(0, count);
    held = held.subarray(count);
    return bytes;
  };
  const need = async (count: number): Promise<void> => {
    if (!(await has(count))) throw new Error('A frame of zstd is cut off.');
  };
  return {
    has,
    take: async (count: number): Promise<Buffer> => {
      await need(count);
      return cut(count);
    },
    /** So many bytes, as they come. */
    pass: async function* (count: number): AsyncGenerator<Buffer> {
      for (let left = count; left > 0; ) {
        await need(1);
        const bytes = cut(Math.min(left, held.byteLength));
        left -= bytes.byteLength;
        yield bytes;
      }
    },
  };
}
