/** A config file as it was opened. Trust is decided for exactly these bytes. */
export interface ConfigFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: Buffer;
  /** The id of the user to whom the file belongs. */
  readonly owner: number;
  /** The directory from which it was read (`fileId`), whatever takes its name. */
  readonly folder: string;
}
