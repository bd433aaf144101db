import {
  belowAny,
  bytePath,
  byUnits,
  displayPath,
  firstFrom,
  type ImportFile,
  KitwrightError,
} from '@kitwright/core/internal';
import { layerPathsOf } from '@kitwright/core/internal/builds';

/**
 * The files that a Kitfile packs: nothing else is downloaded. `schemes` are those of URLs at which data may be. Throws
 * `layer-path-missing` before any download, and `kitfile-invalid`.
 */
export function neededFiles(
  files: readonly ImportFile[],
  kitfile: { readonly bytes: Uint8Array; readonly shown: string },
  schemes: readonly string[],
): readonly ImportFile[] {
  const paths = files.map(({ path }) => bytePath(path));
  const kindAt = kindIn(paths);
  const layers = layerPathsOf(kitfile.bytes, kitfile.shown, (name) => kindAt(bytePath(name)), schemes);
  const missing = layers.find((layer) => kindAt(layer) === undefined);
  if (missing !== undefined)
    throw new KitwrightError(
      'layer-path-missing',
      `The repository has no ${displayPath(missing)}, which the Kitfile names.`,
      {
        data: { path: displayPath(missing) },
      },
    );
  const isNeeded = belowAny(layers);
  return files.filter((_, i) => isNeeded(paths[i] ?? ''));
}

/** What is at a path of a repository with files at these paths. */
function kindIn(paths: readonly string[]): (path: string) => 'file' | 'directory' | undefined {
  const sorted = paths.toSorted(byUnits);
  return (path) => {
    if (path === '.') return sorted.length ? 'directory' : undefined;
    if (sorted[firstFrom(sorted, path)] === path) return 'file';
    return sorted[firstFrom(sorted, `${path}/`)]?.startsWith(`${path}/`) ? 'directory' : undefined;
  };
}
