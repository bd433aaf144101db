/** One regular file; `size` in bytes. */
export interface ListedFile {
  readonly name: string;
  readonly size: number;
}

/** What lies in one directory, both sorted by name. Links and special files are no content. */
export interface Listing {
  readonly files: readonly ListedFile[];
  readonly directories: readonly string[];
}

/** The tree for which a Kitfile is generated: a local directory, or a repository elsewhere. Paths are relative, `''` is the root. */
export interface ProjectFiles {
  readonly list: (path: string) => Listing;
  /** The beginning of a small text file. */
  readonly read: (path: string) => Uint8Array;
}

/** Names in the order in which `kit` meets them: by bytes. */
export const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

export const joined = (directory: string, name: string): string => (directory ? `${directory}/${name}` : name);
