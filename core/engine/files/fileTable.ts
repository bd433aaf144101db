import type { BytePath } from './bytePath.ts';
import type { Fingerprint } from './fingerprint.ts';
import { fingerprintColumns, setFingerprint } from './fingerprintColumns.ts';
import { passingBytes } from './passingBytes.ts';

/**
 * Files and directories as columns, in memory that threads share: as objects they take several times the memory, and the
 * time to make them and throw them away.
 */
export interface FileTable {
  readonly count: number;
  readonly paths: readonly BytePath[];
  /** See `fingerprintColumns`. */
  readonly numbers: BigInt64Array;
  /** Sizes in bytes and modes once more, as numbers that cost nothing to read. */
  readonly sizes: Float64Array;
  readonly modes: Uint32Array;
}

export interface TableBuilder {
  readonly add: (path: BytePath, fingerprint: Fingerprint) => void;
  readonly table: () => FileTable;
}

/** Most kits of many layers have a file in each. */
const firstRows = 8;

export function createTableBuilder(): TableBuilder {
  const paths: BytePath[] = [];
  let columns = emptyColumns(firstRows);
  return {
    add: (path, fingerprint) => {
      const row = paths.push(path) - 1;
      if (row >= columns.modes.length) columns = grown(columns);
      setRow(columns, row, fingerprint);
    },
    table: () => ({
      count: paths.length,
      paths,
      numbers: columns.numbers.subarray(0, paths.length * fingerprintColumns),
      sizes: columns.sizes.subarray(0, paths.length),
      modes: columns.modes.subarray(0, paths.length),
    }),
  };
}

type Columns = Pick<FileTable, 'numbers' | 'sizes' | 'modes'>;

function emptyColumns(rows: number): Columns {
  return {
    numbers: new BigInt64Array(passingBytes(rows * fingerprintColumns * 8).buffer, 0, rows * fingerprintColumns),
    sizes: new Float64Array(passingBytes(rows * 8).buffer, 0, rows),
    modes: new Uint32Array(passingBytes(rows * 4).buffer, 0, rows),
  };
}

function grown({ numbers, sizes, modes }: Columns): Columns {
  const larger = emptyColumns(modes.length * 4);
  larger.numbers.set(numbers);
  larger.sizes.set(sizes);
  larger.modes.set(modes);
  return larger;
}

function setRow({ numbers, sizes, modes }: Columns, row: number, fingerprint: Fingerprint): void {
  setFingerprint(numbers, row, fingerprint);
  sizes[row] = fingerprint.size;
  modes[row] = fingerprint.mode;
}

const [typeBits, directoryType] = [0o170000, 0o040000];

/** An entry of a table is a file or a directory. */
export function isDirectoryMode(mode: number): boolean {
  return (mode & typeBits) === directoryType;
}

/** Paths, with a NUL byte between them, each behind the same prefix. */
export function encodePaths(paths: readonly BytePath[], prefix: BytePath = ''): Uint8Array {
  const text = prefix + paths.join(`\0${prefix}`);
  const encoded = passingBytes(text.length);
  Buffer.from(encoded.buffer).write(text, 'latin1');
  return encoded;
}
