/**
 * The tree for which a Kitfile is generated: a local directory or a remote repository. Paths are relative, `''` is the
 * root.
 */
export interface ProjectFiles {
  readonly list: (path: string) => Listing;
  /** The beginning of a small text file. */
  readonly read: (path: string) => Uint8Array;
}

/** Files and directories in one directory, both sorted by name, without links and special files. */
export interface Listing {
  readonly files: readonly ListedFile[];
  readonly directories: readonly string[];
}

/** One regular file; `size` in bytes. */
export interface ListedFile {
  readonly name: string;
  readonly size: number;
}

/** Sorts names as `kit` does: by bytes. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

export function joined(directory: string, name: string): string {
  return directory ? `${directory}/${name}` : name;
}
