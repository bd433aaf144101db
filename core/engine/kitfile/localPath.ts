/** Absolute by the rules of any system: a kit must mean the same everywhere. */
export const isAbsolutePath = (path: string): boolean => path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path);

/** Does this path read as a URL (`s3://x`, `Net:v1`)? */
export const isUrl = (path: string): boolean => /^[A-Za-z][A-Za-z0-9+.-]*:/.test(path);

/** Is `inner` the directory `outer` itself, or below it? Both clean. `model-extra` is not below `model`. */
export const isWithin = (inner: string, outer: string): boolean =>
  outer === '.' || inner === outer || inner.startsWith(`${outer}/`);

/** A layer's path and the words for it in messages. */
export interface PathUse {
  readonly what: string;
  readonly path: string;
  readonly at: string;
}
