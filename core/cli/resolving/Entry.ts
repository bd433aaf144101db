/** A kit that is unpacked for engines, as `entry.json` tells. */
export interface Entry {
  /** The directory that holds it all. */
  readonly folder: string;
  /** Of the kit's manifest. */
  readonly digest: string;
  /** `safetensors`, `gguf`, ...; undefined if no file tells. */
  readonly format: string | undefined;
  /** What an engine opens, below `kit/`: one file, or a directory; empty for all of it. */
  readonly path: string;
  readonly files: readonly EntryFile[];
}

/** A file of an entry, as it was when it was verified. */
export interface EntryFile {
  /** Below `kit/`; its characters are bytes. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** ms since 1970. */
  readonly mtime: number;
  /** Its owner, where others may write: another user can give a file of the same size the same time. */
  readonly uid?: number;
}

/** Parts of the directory of an entry. */
export const entryParts = { files: 'kit', record: 'entry.json', names: 'names.json', uses: 'uses' } as const;
