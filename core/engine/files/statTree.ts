import type { BytePath } from './bytePath.ts';
import { fingerprintColumns, fingerprintIn, setFingerprint } from './fingerprintColumns.ts';
import { joinBytes } from './passingBytes.ts';
import type { Listed } from './walk.ts';

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
    fingerprints: all.subarray(0, names.length * fingerprintColumns * 8),
  };
}

export function joinStatTrees(trees: readonly StatTree[]): StatTree {
  return {
    names: joinBytes(trees.map(({ names }) => names)),
    fingerprints: joinBytes(trees.map(({ fingerprints }) => fingerprints)),
  };
}

/** What a tree knows of directories; undefined for those that are not in it. */
export function listFrom(tree: StatTree): (directory: BytePath) => readonly Listed[] | undefined {
  const words = Buffer.from(tree.names).toString('latin1').split('\0');
  const numbers = numbersIn(tree.fingerprints);
  const known = new Map<BytePath, { readonly from: number; readonly to: number; readonly entry: number }>();
  for (let [from, entry] = [1, 0]; from < words.length; ) {
    const to = words.indexOf('', from);
    known.set(words[from - 1] ?? '', { from, to, entry });
    entry += to - from;
    from = to + 2;
  }
  return (directory) => {
    const found = known.get(directory);
    if (!found) return undefined;
    const { from, to, entry } = found;
    return words.slice(from, to).map((name, i) => ({ name, fingerprint: fingerprintIn(numbers, entry + i) }));
  };
}

function numbersIn({ buffer, byteOffset, byteLength }: Uint8Array): BigInt64Array {
  return new BigInt64Array(buffer, byteOffset, byteLength / 8);
}
