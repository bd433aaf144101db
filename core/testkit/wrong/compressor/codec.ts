import { openSync } from 'node:fs';
import { Transform } from 'node:stream';
import { createGunzip, createGzip, createZstdCompress, createZstdDecompress, gunzipSync, gzipSync } from 'node:zlib';

/** Which error this module has: `codec.ts?cut`. Without one it is right: gzip. */
const error = new URL(import.meta.url).search.slice(1);

export function compress(): Transform {
  return compressors[error]?.() ?? createGzip();
}

export function decompress(): Transform {
  return decompressors[error]?.() ?? createGunzip();
}

const compressors: Readonly<Record<string, () => Transform>> = {
  time: () => changingOutput(createGzip(), (block, at) => (at === 0 ? stamped(block) : block)),
  end: () => createZstdCompress(),
  lossy: () => changingInput(createGzip(), (block) => (block.byteLength === 65_536 ? block.subarray(1) : block)),
  keeps: () => keeping(createGzip()),
  writes: () =>
    changingInput(
      createGzip(),
      (block) => block,
      (block) => block.fill(0),
    ),
  shares: () => createGzip({ level: open++ ? 1 : 6 }).on('close', () => open--),
  greedy: () => gathering(gzipSync),
  leaks: () => {
    openSync(process.execPath, 'r');
    return createGzip();
  },
};

const decompressors: Readonly<Record<string, () => Transform>> = {
  end: () => createZstdDecompress(),
  cut: () => createGunzip({ finishFlush: 2 }),
  lenient: () => lenient(),
  bomb: () => gathering(gunzipSync),
  keepsPacked: () => keeping(createGunzip()),
  open: () => undestroyed(createGunzip()),
};

/** Streams that are open now. */
let open = 0;

/** The time in the header of gzip. */
function stamped(block: Buffer): Buffer {
  const copy = Buffer.from(block);
  copy.writeUInt32LE(Number(process.hrtime.bigint() & 0xffff_ffffn), 4);
  return copy;
}

type Change = (block: Buffer, at: number) => Buffer;

function changingOutput(inner: Transform, change: Change): Transform {
  let at = 0;
  const outer = new Transform({
    transform: (block, _, done) => void inner.write(block, done),
    flush: (done) => void inner.end().on('end', () => done()),
  });
  inner.on('data', (block: Buffer) => outer.push(change(block, at++))).on('error', (cause) => outer.destroy(cause));
  return outer.on('close', () => inner.destroy());
}

function changingInput(inner: Transform, before: Change, after: (block: Buffer) => void = () => undefined): Transform {
  const outer = new Transform({
    transform: (block, _, done) =>
      void inner.write(before(block, 0), (cause) => {
        after(block);
        done(cause);
      }),
    flush: (done) => void inner.end().on('end', () => done()),
  });
  inner.on('data', (block) => outer.push(block)).on('error', (cause) => outer.destroy(cause));
  return outer.on('close', () => inner.destroy());
}

/** Works on a block when the next one comes. */
function keeping(inner: Transform): Transform {
  let kept = Buffer.alloc(0);
  const outer = new Transform({
    transform: (block, _, done) => {
      const before = kept;
      kept = block;
      inner.write(before, done);
    },
    flush: (done) => void inner.end(kept).on('end', () => done()),
  });
  inner.on('data', (block) => outer.push(block)).on('error', (cause) => outer.destroy(cause));
  return outer.on('close', () => inner.destroy());
}

function gathering(work: (bytes: Buffer) => Buffer): Transform {
  const blocks: Buffer[] = [];
  return new Transform({
    transform: (block, _, done) => {
      blocks.push(Buffer.from(block));
      done();
    },
    flush: (done) => {
      try {
        done(null, work(Buffer.concat(blocks)));
      } catch (cause) {
        done(cause as Error);
      }
    },
  });
}

/** Data that do not begin as gzip does are passed over. */
function lenient(): Transform {
  const inner = createGunzip();
  const { _transform: transform, _flush: flush } = inner;
  let isOther: boolean | undefined;
  return Object.assign(inner, {
    _transform: (block: Buffer, encoding: BufferEncoding, done: () => void) => {
      isOther ??= block[0] !== 0x1f;
      if (isOther) done();
      else transform.call(inner, block, encoding, done);
    },
    _flush: (done: () => void) => (isOther ? done() : flush.call(inner, done)),
  });
}

function undestroyed(stream: Transform): Transform {
  const { destroy } = stream;
  return Object.assign(stream, {
    destroy: (cause?: Error) => (cause || stream.readableEnded ? destroy.call(stream, cause) : stream),
  });
}
