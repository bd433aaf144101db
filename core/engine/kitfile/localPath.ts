/** Absolute by the rules of any system: a kit must mean the same everywhere. */
export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path);
}

/** Does this path read as a URL (`s3://x`, `Net:v1`)? */
export function isUrl(path: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:/.test(path);
}

/** A layer's path and the words for it in messages. */
export interface PathUse {
  readonly what: string;
  readonly path: string;
  readonly at: string;
}
