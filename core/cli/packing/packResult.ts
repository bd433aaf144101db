import { isAtUrl, type Layer, remoteDatasets, type StoredKit } from '@kitwright/core/internal';
import { dataPlace } from '../output/dataPlace.ts';
import { layerWord } from '../output/layerWord.ts';

/** A packed kit, for `--json`. */
export function packJson(kit: StoredKit) {
  return {
    digest: kit.root.digest,
    config: kit.config.digest,
    layers: kit.layers.map(({ entry, descriptor, cost }) => ({
      id: entry.id,
      path: entry.path,
      mediaType: descriptor.mediaType,
      digest: descriptor.digest,
      size: descriptor.size,
      reused: cost.reused,
      hashedBytes: cost.hashedBytes,
    })),
  };
}

/** A packed kit in `kit`'s words. */
export function packLines(kit: StoredKit): readonly string[] {
  return [
    ...kit.layers.map(savedLine),
    ...remoteDatasets(kit.kitfile)
      .filter(isAtUrl)
      .map(({ path, remotePath }) => `Verified remote ${dataPlace(remotePath)} dataset for path ${path}`),
    kit.configSaved
      ? `Saved configuration: ${kit.config.digest}`
      : `Configuration already exists in storage: ${kit.config.digest}`,
    kit.manifestSaved
      ? `Saved manifest to storage: ${kit.root.digest}`
      : `Manifest already exists in storage: ${kit.root.digest}`,
    `Model saved: ${kit.root.digest}`,
  ];
}

function savedLine({ descriptor, cost }: Layer): string {
  return `${cost.existed ? 'Already saved' : 'Saved'} ${layerWord(descriptor.mediaType)} layer: ${descriptor.digest}`;
}
