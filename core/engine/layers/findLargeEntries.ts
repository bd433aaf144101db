import { blockSize, paddingOf } from './tarHeader.ts';
import type { ReadAt } from './tarIndex.ts';
import { createTarRules } from './tarRules.ts';

/** Finds the large files of a tar while it comes. */
export interface LargeEntries {
  /** Reads the headers among the first `there` bytes. Of what is before the offset that it gives, all large files were found. */
  readonly look: (there: number) => number;
  /** Nothing that follows counts as large. */
  readonly stop: () => void;
}

/** Bytes from which a file is large. */
const largeBytes = 4 * 1024 * 1024;

/** After so many small files no other one is looked for: every header takes its time. */
const mostSmall = 256;

/** `onLarge` hears where the content of each lies. What is wrong with the tar is said by who writes its entries. */
export function findLargeEntries(
  readAt: ReadAt,
  size: number,
  onLarge: (start: number, end: number) => void,
): LargeEntries {
  const rules = createTarRules();
  /** Where the next header starts, or what belongs to one, and how many bytes that has. */
  let [at, extended, small, isOver] = [0, 0, 0, false];
  const skip = (bytes: number) => {
    at += bytes + paddingOf(bytes);
  };
  const readExtended = () => {
    rules.extended(Buffer.from(readAt(at, extended)));
    skip(extended);
    extended = 0;
  };
  const readHeader = () => {
    const found = rules.header(Buffer.from(readAt(at, blockSize)), at + blockSize);
    at += blockSize;
    if (found.step === 'end') isOver = true;
    if (found.step === 'extended') extended = found.size;
    if (found.step === 'entry') pass(found.entry.size);
  };
  const pass = (bytes: number) => {
    if (bytes >= largeBytes && at + bytes <= size) onLarge(at, at + bytes);
    else if (++small === mostSmall) isOver = true;
    skip(bytes);
  };
  const readAll = (there: number) => {
    while (!isOver && at + (extended || blockSize) <= there) extended ? readExtended() : readHeader();
  };
  return {
    look: (there) => {
      try {
        readAll(there);
      } catch {
        isOver = true;
      }
      return isOver || there === size ? there : Math.min(at, there);
    },
    stop: () => {
      isOver = true;
    },
  };
}
