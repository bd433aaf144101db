import { bytePath, displayPath, type ImportFile, KitwrightError, layerPathsOf } from '@kitwright/core/internal';

/**
 * The files that a Kitfile packs: nothing else is downloaded. Throws `layer-path-missing` before any download, and
 * `kitfile-invalid`.
 */
export function neededFiles(files: readonly ImportFile[], kitfile: Uint8Array, shown: string): readonly ImportFile[] {
  const paths = files.map((file) => ({ file, path: bytePath(file.path) }));
  const kindAt = (name: string) => {
    const found = paths.find(({ path }) => isBelow(path, bytePath(name)));
    return found && (found.path === bytePath(name) ? 'file' : 'directory');
  };
  const layers = layerPathsOf(kitfile, shown, kindAt);
  const missing = layers.find((layer) => !paths.some(({ path }) => isBelow(path, layer)));
  if (missing !== undefined)
    throw new KitwrightError(
      'layer-path-missing',
      `The repository has no ${displayPath(missing)}, which the Kitfile names.`,
      {
        data: { path: displayPath(missing) },
      },
    );
  return paths.filter(({ path }) => layers.some((layer) => isBelow(path, layer))).map(({ file }) => file);
}

function isBelow(path: string, layer: string): boolean {
  return layer === '.' || path === layer || path.startsWith(`${layer}/`);
}
