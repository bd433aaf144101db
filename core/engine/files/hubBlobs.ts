import type { BytePath } from './bytePath.ts';

const snapshot = /^(.*\/(?:models|datasets|spaces)--[^/]+)\/(snapshots\/[^/]+(?:\/.*)?)$/s;

/** A folder, by its own path and from the directory for which it was looked up. */
export interface HubBlobs {
  readonly path: BytePath;
  /** With one `..` for each step up. */
  readonly relative: string;
}

/**
 * The folder `blobs` of the cache repository whose snapshot a directory is (or lies in), given by its real path:
 * `models--OWNER--NAME/snapshots/COMMIT` has links to `models--OWNER--NAME/blobs` (layout of huggingface_hub's cache).
 */
export function hubBlobs(directory: BytePath): HubBlobs | undefined {
  const [, repository, below] = snapshot.exec(directory) ?? [];
  if (repository === undefined || below === undefined) return undefined;
  return { path: `${repository}/blobs`, relative: below.replace(/[^/]+/g, '..').concat('/blobs') };
}
