import { joinPath, type LayerType, type PlanFile } from '@kitwright/core/plugin';
import { fileMetadata } from './fileMetadata.ts';

/** The file itself is the layer; its name, mode and time are in an annotation. */
export const raw: LayerType = {
  id: 'raw',
  format: 'raw',
  compressible: true,
  collect: (tree) => {
    const file = tree.regularFile();
    return { files: [file], annotations: fileMetadata(file) };
  },
  recipe: ({ files }, directory) =>
    files.filter(({ fingerprint }) => fingerprint.size > 0).map((file) => pieceOf(file, directory)),
};

function pieceOf({ path, target, fingerprint }: PlanFile, directory: string) {
  return {
    kind: 'file',
    path: target ?? joinPath(directory, path),
    offset: 0,
    size: fingerprint.size,
    fingerprint,
  } as const;
}
