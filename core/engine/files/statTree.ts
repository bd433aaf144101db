import type { BytePath } from './bytePath.ts';
import { fingerprintColumns, fingerprintIn, setFingerprint } from './fingerprintColumns.ts';
import { joinBytes } from './passingBytes.ts';
import { type EntryType, type Listed, typeOf } from './walk.ts';

/** The stat data of directories as plain bytes, in memory that threads share. */
export interface StatTree {
  /**
   * Of each directory its absolute path and the names in it, each with a NUL byte after it, and one more at the end.
   */
  readonly names: Uint8Array;
  /** Of each name its `fingerprintColumns`. */
  readonly fingerprints: Uint8Array;
}

/** A directory of many entries is packed while it is listed: as objects they would take five times the memory. */
const entriesPerBlock = 1024;

/** One directory alone. */
export function statTreeOf(directory: BytePath, entries: Iterable<Listed>): StatTree {
  const names: BytePath[] = [];
  const blocks: BigInt64Array[] = [];
  for (const { name, fingerprint } of entries) {
    const at = names.length % entriesPerBlock;
    if (at === 0) blocks.push(new BigInt64Array(entriesPerBlock * fingerprintColumns));
    setFingerprint(blocks.at(-1) as BigInt64Array, at, fingerprint);
    names.push(name);
  }
  const all = joinBytes(blocks.map(({ buffer }) => new Uint8Array(buffer)));
  return {
    names: Buffer.from(`${[directory, ...names, ''].join('\0')}\0`, 'latin1'),
    fingerprints: all.subarray(0, names.length * fingerprintBytes),
  };
}

const fingerprintBytes = fingerprintColumns * 8;

export function joinStatTrees(trees: readonly StatTree[]): StatTree {
  return {
    names: joinBytes(trees.map(({ names }) => names)),
    fingerprints: joinBytes(trees.map(({ fingerprints }) => fingerprints)),
  };
}

/** Each directory of a tree alone, in the same memory. */
export function splitStatTree({ names, fingerprints }: StatTree): readonly StatTree[] {
  const trees: StatTree[] = [];
  for (let [start, at, words, row] = [0, 0, 0, 0]; at < names.byteLength; at++) {
    if (names[at] !== 0) continue;
    // No name is empty.
    if (names[at - 1] !== 0) words++;
    else {
      const next = row + words - 1;
      trees.push({
        names: names.subarray(start, at + 1),
        fingerprints: fingerprints.subarray(row * fingerprintBytes, next * fingerprintBytes),
      });
      [start, words, row] = [at + 1, 0, next];
    }
  }
  return trees;
}

/** What the trees of single directories know of them; undefined for others. */
export function listFrom(trees: readonly StatTree[]): (directory: BytePath) => readonly Listed[] | undefined {
  const known = new Map(trees.map((tree) => [directoryOf(tree), tree]));
  return (directory) => {
    const tree = known.get(directory);
    return tree && listedIn(tree);
  };
}

/** The path of the one directory of a tree. */
export function directoryOf({ names }: StatTree): BytePath {
  return textIn(names.subarray(0, names.indexOf(0)));
}

export function entriesIn({ fingerprints }: StatTree): number {
  return fingerprints.byteLength / fingerprintBytes;
}

/** What lies in the one directory of a tree. */
export function listedIn({ names, fingerprints }: StatTree): readonly Listed[] {
  const numbers = numbersIn(fingerprints);
  return textIn(names)
    .split('\0')
    .slice(1, -2)
    .map((name, row) => ({ name, fingerprint: fingerprintIn(numbers, row) }));
}

function textIn({ buffer, byteOffset, byteLength }: Uint8Array): BytePath {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

/** Is something of this type in a tree? Most directories have only files, of which no objects are made. */
export function hasType({ fingerprints }: StatTree, type: EntryType): boolean {
  const numbers = numbersIn(fingerprints);
  for (let at = fingerprintColumns - 1; at < numbers.length; at += fingerprintColumns)
    if (typeOf(Number(numbers[at])) === type) return true;
  return false;
}

function numbersIn({ buffer, byteOffset, byteLength }: Uint8Array): BigInt64Array {
  return new BigInt64Array(buffer, byteOffset, byteLength / 8);
}
