import type { PlannedLayer } from '../host/nouns.ts';

/** Bytes of all files of a layer, as they were planned. */
export function layerBytes({ files }: PlannedLayer): number {
  return files.reduce((sum, { type, fingerprint }) => sum + (type === 'file' ? fingerprint.size : 0), 0);
}
