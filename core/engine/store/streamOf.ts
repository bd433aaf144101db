import type { ByteRange, ByteStream, Content, Fetcher, Reader } from './roles.ts';

/** A part of some content as a stream, for those who want one: each block is a copy, and theirs. */
export async function* streamOf(content: Content, range: ByteRange): ByteStream {
  for await (const bytes of lentStreamOf(content, range)) yield Buffer.from(bytes);
}

/**
 * A part of some content as a stream whose blocks keep their bytes only until the next one is asked for. Nothing is
 * read ahead; who stops early ends the reading.
 */
export async function* lentStreamOf(content: Content, range: ByteRange): ByteStream {
  const handover = createHandover();
  const reading = content.read(range, handover.give).then(handover.end, handover.fail);
  try {
    for (let bytes = await handover.block(); bytes; bytes = await handover.block()) {
      yield bytes;
      handover.release();
    }
  } finally {
    handover.stop();
    await reading;
  }
}

type Given = PromiseWithResolvers<Uint8Array | undefined>;

/** Hands one block at a time from a reader to the one who asks. */
function createHandover() {
  let given = expectBlock();
  let taken: PromiseWithResolvers<void> | undefined;
  let settle: ((given: Given) => void) | undefined;
  const settleAs = (how: (given: Given) => void) => {
    settle = how;
    how(given);
  };
  return {
    give: (bytes: Uint8Array): Promise<void> => {
      taken = Promise.withResolvers();
      given.resolve(bytes);
      return taken.promise;
    },
    end: () => settleAs(({ resolve }) => resolve(undefined)),
    fail: (error: unknown) => settleAs(({ reject }) => reject(error)),
    /** The next block; undefined at the end. */
    block: () => given.promise,
    /** The block is not used any more. The reading may be over already: it failed meanwhile. */
    release: () => {
      given = expectBlock();
      settle?.(given);
      taken?.resolve();
    },
    stop: () => taken?.reject(new Error('The rest of this stream is not wanted.')),
  };
}

/** A failure is looked at when the next block is asked for, if ever. */
function expectBlock(): Given {
  const given: Given = Promise.withResolvers();
  given.promise.catch(() => undefined);
  return given;
}

/** `fetch` for a target that reads. */
export function fetchFrom(read: Reader['read']): Fetcher['fetch'] {
  return (descriptor, range = { start: 0, end: descriptor.size }) =>
    streamOf({ read: (part, take) => read(descriptor, part, take) }, range);
}
