import { bytePath, displayPath, type ImportFile, KitwrightError, layerPathsOf } from '@kitwright/core';

const isBelow = (path: string, layer: string): boolean =>
  layer === '.' || path === layer || path.startsWith(`${layer}/`);

/** The files that a Kitfile packs: nothing else is fetched. Throws `layer-path-missing` before anything is, and `kitfile-invalid`. */
export const neededFiles = (
  files: readonly ImportFile[],
  kitfile: Uint8Array,
  shown: string,
): readonly ImportFile[] => {
  const layers = layerPathsOf(kitfile, shown);
  const paths = files.map((file) => ({ file, path: bytePath(file.path) }));
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
};
