/** Some bytes of a frame. */
export interface FramePart {
  readonly bytes: Buffer;
  /** The frame ends after these bytes. */
  readonly isLast: boolean;
  /** To how many bytes the frame may expand, as far as its blocks were seen. */
  readonly mostBytes: number;
}

const magic = 0xfd2fb528;
/** The last four bits are free (RFC 8878, 3.1.2). */
const skippable = 0x184d2a50;
const blockHeaderBytes = 3;
const checksumBytes = 4;
/** What a compressed block may expand to (RFC 8878, 3.1.1.2.4). */
const mostOfBlock = 128 * 1024;
/** Size of the fields by their flags (RFC 8878, 3.1.1.1.1). */
const dictionaryBytes = [0, 1, 2, 4];
const sizeBytes = [0, 2, 4, 8];

/** To open a frame costs as much as to decompress many bytes: so many are free, then they have to be this large on average. */
const freeFrames = 1000;
const leastFrameBytes = 32;

/** Memory for a window above this takes longer to get than a frame to open: so many bytes are free, then so many for each byte. */
const [usualWindow, freeWindows, windowPerByte] = [16 * 1024 ** 2, 128 * 1024 ** 3, 1024];

/**
 * Cuts a zstd stream into its frames (RFC 8878, 3.1), of which it may have many; Node decompresses one. Frames to skip
 * are left out. Throws on what is no frame, if the stream ends within one, and on thousands of frames without content.
 */
export async function* zstdFrames(source: AsyncIterable<Buffer>): AsyncGenerator<FramePart> {
  const cutter = createCutter();
  // The memory of a block may be used again as soon as the next one is asked for.
  for await (const block of source) yield* cutter.cut(Buffer.from(block));
  cutter.end();
}

/** So many bytes, of a frame that is decompressed or of one that is skipped; given back if `isRead`. */
interface Want {
  readonly bytes: number;
  readonly isRead: boolean;
  /** Before the first bytes of a frame it is not known what kind it is. */
  readonly of: 'frame' | 'skipped' | 'unknown';
  readonly mostBytes: number;
}

/** Finds where frames begin and end without waiting: a stream may have a block for each 3 bytes, and a frame for each 9. */
function createCutter() {
  let windows = 0;
  const wants = readFrames((window) => {
    if (window > usualWindow) windows += window;
  });
  let want = wants.next().value;
  let [held, left, total, frames] = [Buffer.alloc(want.bytes), want.bytes, 0, 0];
  const goOn = (): Want => {
    const before = want;
    want = wants.next(held).value;
    left = want.bytes;
    if (want.isRead) held = Buffer.alloc(left);
    return before;
  };
  return {
    cut: function* (block: Buffer): Generator<FramePart> {
      let [from, at] = [0, 0];
      while (at < block.byteLength || left === 0) {
        const length = Math.min(left, block.byteLength - at);
        if (want.isRead) block.copy(held, want.bytes - left, at, at + length);
        at += length;
        left -= length;
        if (left) break;
        const { of, mostBytes } = goOn();
        if (of === 'unknown' && want.of === 'frame') {
          // It may have begun in the block before.
          yield { bytes: start, isLast: false, mostBytes: 0 };
          frames++;
          total += start.byteLength;
        }
        if (of !== 'frame') from = at;
        else if (want.of === 'unknown') {
          total += at - from;
          yield { bytes: block.subarray(from, at), isLast: true, mostBytes };
          from = at;
          checkFrames(frames, total, windows);
        }
      }
      if (want.of !== 'frame' || from === at) return;
      total += at - from;
      yield { bytes: block.subarray(from, at), isLast: false, mostBytes: want.mostBytes };
    },
    end: () => {
      if (want.of !== 'unknown' || left < want.bytes) throw new Error('A frame of zstd is cut off.');
    },
  };
}

const start = Buffer.alloc(4);
start.writeUInt32LE(magic);

function checkFrames(frames: number, total: number, windows: number): void {
  if (frames > freeFrames && total < frames * leastFrameBytes)
    throw new Error(`Its first ${frames} frames of zstd have fewer than ${leastFrameBytes} bytes on average.`);
  if (windows > freeWindows && windows > total * windowPerByte)
    throw new Error(`Its first ${frames} frames of zstd ask for more memory than fits to their ${total} bytes.`);
}

function* readFrames(onWindow: (bytes: number) => void): Generator<Want, never, Buffer> {
  for (;;) {
    const first = yield { bytes: 4, isRead: true, of: 'unknown', mostBytes: 0 };
    const kind = first.readUInt32LE();
    if ((kind & ~0xf) >>> 0 === skippable) {
      const size = (yield { bytes: 4, isRead: true, of: 'skipped', mostBytes: 0 }).readUInt32LE();
      yield { bytes: size, isRead: false, of: 'skipped', mostBytes: 0 };
    } else if (kind === magic) yield* readFrame(onWindow);
    else throw new Error('A frame of zstd begins with other bytes.');
  }
}

function* readFrame(onWindow: (bytes: number) => void): Generator<Want, void, Buffer> {
  const [descriptor = 0] = yield { bytes: 1, isRead: true, of: 'frame', mostBytes: 0 };
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const sizeField = isSingle && sizeFlag === 0 ? 1 : (sizeBytes[sizeFlag] ?? 0);
  if (!isSingle) onWindow(windowOf((yield { bytes: 1, isRead: true, of: 'frame', mostBytes: 0 })[0] ?? 0));
  const rest = (dictionaryBytes[descriptor & 3] ?? 0) + sizeField;
  yield { bytes: rest, isRead: false, of: 'frame', mostBytes: 0 };
  let mostBytes = 0;
  for (let isLast = false; !isLast; ) {
    const head = yield { bytes: blockHeaderBytes, isRead: true, of: 'frame', mostBytes };
    const word = head.readUIntLE(0, blockHeaderBytes);
    isLast = (word & 1) !== 0;
    const [type, size] = [(word >> 1) & 3, word >> 3];
    mostBytes += type < 2 ? size : mostOfBlock;
    // A block of one repeated byte holds that byte alone.
    yield { bytes: type === 1 ? 1 : size, isRead: false, of: 'frame', mostBytes };
  }
  if ((descriptor & 4) !== 0) yield { bytes: checksumBytes, isRead: false, of: 'frame', mostBytes };
}

/** The window that a frame asks for, in bytes (RFC 8878, 3.1.1.1.2). */
function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}
