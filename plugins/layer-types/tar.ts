import { joinPath, type LayerType, type PlanFile, type TarSource, tarRecipe } from '@kitwright/core/plugin';

/** Permission, setuid, setgid and sticky bits. */
const modeBits = 0o7777;

/** One tar per element, with the bytes of `kit`. */
export const tar: LayerType = {
  id: 'tar',
  format: 'tar',
  compressible: true,
  collect: (tree) => ({ files: tree.entries() }),
  recipe: ({ files }, context) => tarRecipe(files.map((file) => sourceOf(file, context))),
};

function sourceOf({ path, type, fingerprint, target }: PlanFile, context: string): TarSource {
  const size = type === 'file' ? fingerprint.size : 0;
  const entry = { path, type, mode: fingerprint.mode & modeBits, size };
  if (type === 'directory') return { entry };
  return { entry, file: { kind: 'file', path: target ?? joinPath(context, path), offset: 0, size, fingerprint } };
}
