/** What lies in a directory of a model. */
export interface ModelEntry {
  /** Below the directory, with `/`; undefined for a name that is no UTF-8. */
  readonly path: string | undefined;
  readonly type: 'file' | 'link' | 'other';
  /** Bytes. */
  readonly size: number;
}

/** A part of a file. */
export interface Slice {
  readonly path: string;
  readonly offset: number;
  readonly size: number;
}

/** A directory that is signed or verified. Who reads it decides how: here nothing is opened. */
export interface Model {
  /** The name of the directory, for people. */
  readonly name: string;
  /** What is below it and not below an ignored path, in order of code points. Directories are not among it. */
  readonly list: (options: ListOptions) => readonly ModelEntry[];
  /** The SHA-256 of each slice, hexadecimal. */
  readonly hash: (slices: readonly Slice[]) => Promise<readonly string[]>;
}

export interface ListOptions {
  /** Paths of files and directories. */
  readonly ignored: readonly string[];
  /** A link to a file within the directory is that file. Any other is a link. */
  readonly followsLinks: boolean;
}
