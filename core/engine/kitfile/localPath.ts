/** Is a path absolute on any system? A kit must mean the same everywhere. */
export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path);
}

/** Does this path read as a URL (`s3://x`, `Net:v1`)? */
export function isUrl(path: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:/.test(path);
}

/** Decides whether a text reads as a reference to another kit; the grammar belongs to `oci`. */
export type IsReference = (text: string) => boolean;

/** Does the path of an element read as a reference to a kit? A name alone never does. */
export function namesKit(path: string, isReference: IsReference): boolean {
  return /[:@]/.test(path) && isReference(path);
}

/** A layer's path and the words for it in messages. */
export interface PathUse {
  readonly what: string;
  readonly path: string;
  readonly at: string;
}
