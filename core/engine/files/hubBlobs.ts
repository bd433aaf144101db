import type { BytePath } from './bytePath.ts';

const snapshot = /^(.*\/(?:models|datasets|spaces)--[^/]+)\/snapshots\/[^/]+(?:\/.*)?$/s;

/**
 * The folder `blobs` of the cache repository whose snapshot a directory is (or lies in), given by its real path:
 * `models--OWNER--NAME/snapshots/COMMIT` has links to `models--OWNER--NAME/blobs` (layout of huggingface_hub's cache).
 */
export function hubBlobs(directory: BytePath): BytePath | undefined {
  const repository = snapshot.exec(directory)?.[1];
  return repository === undefined ? undefined : `${repository}/blobs`;
}
