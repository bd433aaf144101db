import { joinPath, type LayerType, type PlanFile, type TarSource, tarRecipe } from '@kitwright/core/plugin';

/** Permission, setuid, setgid and sticky bits. */
const modeBits = 0o7777;

/** One tar per element, with the bytes of `kit`. */
export const tar: LayerType = {
  id: 'tar',
  format: 'tar',
  compressible: true,
  collect: (tree) => ({ files: tree.entries() }),
  recipe: ({ files }, directory) => tarRecipe(files.map((file) => sourceOf(file, directory))),
};

function sourceOf({ path, type, fingerprint, target }: PlanFile, directory: string): TarSource {
  const size = type === 'file' ? fingerprint.size : 0;
  const entry = { path, type, mode: fingerprint.mode & modeBits, size };
  if (type === 'directory') return { entry };
  return { entry, file: { kind: 'file', path: target ?? joinPath(directory, path), offset: 0, size, fingerprint } };
}
