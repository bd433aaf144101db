/** Bytes of the shortest hole: a shorter one saves less of the disk than one more write costs. */
export const holeBytes = 64 * 1024;

const zeros = Buffer.alloc(holeBytes);

/**
 * The parts of a block, from and to, that must be written to an offset of a new file: the others are zeros, which a file system
 * gives for what was never written. A file that says that it has terabytes, and takes a page of the disk, takes no more of
 * it where it is copied. Parts begin and end at multiples of `holeBytes` of the file, and the first one of a file is written.
 */
export function dataRuns(bytes: Uint8Array, offset: number): readonly (readonly [from: number, to: number])[] {
  const runs: (readonly [from: number, to: number])[] = [];
  const add = (from: number, to: number) => {
    const last = runs.at(-1);
    if (last?.[1] === from) runs[runs.length - 1] = [last[0], to];
    else runs.push([from, to]);
  };
  for (let from = 0; from < bytes.byteLength; ) {
    const to = Math.min(from + holeBytes - ((offset + from) % holeBytes), bytes.byteLength);
    const isHole = to - from === holeBytes && offset + from > 0 && bytes[from] === 0 && isZero(bytes, from);
    if (!isHole) add(from, to);
    from = to;
  }
  return runs;
}

function isZero(bytes: Uint8Array, from: number): boolean {
  return zeros.equals(bytes.subarray(from, from + holeBytes));
}
