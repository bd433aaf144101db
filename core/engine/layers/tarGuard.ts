import { refuseTar } from './refuseTar.ts';
import { blockSize, paddingOf } from './tarHeader.ts';
import { checkPadding, createTarRules, type IndexedEntry, isZero } from './tarRules.ts';

/** Holds a tar that passes by to the rules. */
export interface TarGuard {
  /** The next bytes, however they are cut. Throws `kit-malformed`, `unpack-refused`. */
  readonly see: (bytes: Uint8Array) => void;
  /** There are no more bytes. Throws `kit-malformed` if the tar is not whole. */
  readonly end: () => void;
}

/** `onEntry` gets each entry as soon as its header has passed. At most 1 MiB is kept: of an extended header. */
export function createTarGuard(onEntry: (entry: IndexedEntry) => void): TarGuard {
  const headers = readHeaders(onEntry);
  let want = headers.next();
  let [block, left, total, behind] = [Buffer.alloc(blockSize), blockSize, 0, 0];
  const goOn = () => {
    want = headers.next(block);
    if (want.done) return;
    left = want.value.bytes;
    if (want.value.what === 'read') block = Buffer.alloc(left);
  };
  return {
    see: (bytes) => {
      total += bytes.byteLength;
      let at = 0;
      while (!want.done) {
        const length = Math.min(left, bytes.byteLength - at);
        if (want.value.what === 'read') block.set(bytes.subarray(at, at + length), block.byteLength - left);
        at += length;
        left -= length;
        if (left) return;
        goOn();
      }
      behind += bytes.byteLength - at;
      checkPadding(behind);
      if (!isZero(bytes.subarray(at))) throw refuseTar('there is data behind its end');
    },
    end: () => {
      if (!want.done) throw refuseTar('it ends without an end marker');
      if (total % blockSize) throw refuseTar('it ends within a block');
    },
  };
}

/** So many bytes to be read, or to let pass. */
interface Want {
  readonly what: 'read' | 'skip';
  readonly bytes: number;
}

function* readHeaders(onEntry: (entry: IndexedEntry) => void): Generator<Want, void, Buffer> {
  const rules = createTarRules();
  for (let offset = blockSize; ; offset += blockSize) {
    const found = rules.header(yield { what: 'read', bytes: blockSize }, offset);
    if (found.step === 'end') return;
    const size = found.step === 'entry' ? found.entry.size : found.size;
    if (found.step === 'extended') rules.extended(yield { what: 'read', bytes: size });
    else {
      onEntry(found.entry);
      yield { what: 'skip', bytes: size };
    }
    yield { what: 'skip', bytes: paddingOf(size) };
    offset += size + paddingOf(size);
  }
}
