import type { Kitwright } from '../host/createKitwright.ts';
import { diffKits, type KitDiff } from '../kits/diffKits.ts';
import type { LoadedKit } from '../kits/loadKit.ts';
import { diffFiles, type FileChange } from '../unpack/diffFiles.ts';

/** How two kits differ. */
export interface KitChanges extends KitDiff {
  /** Files that differ, layer by layer. This reads the layers and verifies them. */
  readonly files: (signal?: AbortSignal) => Promise<readonly FileChange[]>;
}

/** Compares two kits that `resolve` found, by their manifests. No layer is read until `files` is called. */
export function diff(kitwright: Kitwright, first: LoadedKit, second: LoadedKit): KitChanges {
  return {
    ...diffKits(first, second),
    files: (signal = new AbortController().signal) => diffFiles(kitwright, first, second, signal),
  };
}
