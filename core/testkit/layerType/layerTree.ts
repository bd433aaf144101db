import { chmodSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import {
  bytePath,
  fsPath,
  KitwrightError,
  type LayerBytes,
  type LayerContents,
  type LayerTree,
  type LayerType,
  type PlanEntry,
  type PlanFile,
  type Recipe,
} from '@kitwright/core/plugin';
import { deepFreeze } from '../suite/deepFreeze.ts';
import { type Files, putFiles } from '../suite/files.ts';

/** Writes files below a folder; those whose names end in `.sh` can be executed. */
export function writeFiles(folder: string, files: Files): void {
  putFiles(folder, files);
  for (const name of Object.keys(files)) chmodSync(join(folder, name), name.endsWith('.sh') ? 0o755 : 0o644);
}

/** The path of the element that these files are: the one file, or the folder in which they are. */
export function elementOf(files: Files): string {
  const [first = '', ...others] = Object.keys(files);
  return others.length ? first.slice(0, first.indexOf('/')) : first;
}

/** An element of a Kitfile in a folder, as a layer type sees it: frozen. */
export function treeOf(folder: string, path: string, { id, format }: LayerType): LayerTree {
  const directory = bytePath(folder.split(sep).join('/'));
  return Object.freeze({
    directory,
    entry: deepFreeze(entryOf(path, id, format)),
    entries: () => deepFreeze(filesBelow(folder, path)),
    regularFile: () => {
      const file = fileAt(folder, path);
      if (file.type === 'file') return deepFreeze(file);
      throw new KitwrightError('layer-path-refused', `${path} is no regular file.`);
    },
  });
}

function entryOf(path: string, layerType: string, format: string): PlanEntry {
  return {
    id: 'datasets.0',
    role: 'dataset',
    name: undefined,
    path,
    clean: path,
    layerType,
    compression: undefined,
    mediaType: `application/vnd.kitops.modelkit.dataset.v1.${format}`,
    annotations: {},
  };
}

/** A directory stands before what is in it; names in the order of their bytes. */
function filesBelow(folder: string, path: string): readonly PlanFile[] {
  const file = fileAt(folder, path);
  if (file.type === 'file') return [file];
  const names = readdirSync(join(folder, path)).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return [file, ...names.flatMap((name) => filesBelow(folder, `${path}/${name}`))];
}

function fileAt(folder: string, path: string): PlanFile {
  const { dev, ino, size, mtimeNs, ctimeNs, mode, isDirectory } = statOf(join(folder, path));
  const fingerprint = { dev, ino, size: Number(size), mtimeNs, ctimeNs, mode: Number(mode) };
  return { path: bytePath(path), type: isDirectory ? 'directory' : 'file', fingerprint };
}

function statOf(path: string) {
  const stats = lstatSync(path, { bigint: true });
  return { ...stats, isDirectory: stats.isDirectory() };
}

/** What the type makes of an element: its files, and its bytes. */
export interface Laid {
  readonly contents: LayerContents;
  readonly recipe: Recipe;
}

export function lay(type: LayerType, folder: string, path: string): Laid {
  const tree = treeOf(folder, path, type);
  const contents = type.collect(tree);
  return { contents, recipe: type.recipe(plannedOf(tree, contents), tree.directory) };
}

export function plannedOf({ entry }: LayerTree, { files }: LayerContents) {
  return deepFreeze({ entry, files });
}

/** The bytes of the layer. */
export function bytesOf(recipe: Recipe): Buffer {
  return Buffer.concat(
    recipe.map((piece) =>
      piece.kind === 'inline'
        ? piece.bytes
        : readFileSync(fsPath(piece.path)).subarray(piece.offset, piece.offset + piece.size),
    ),
  );
}

/** A stored layer of these bytes, which notes how many are asked for at once. */
export function storedLayer(bytes: Uint8Array, path: string, { format }: LayerType, asked: number[] = []): LayerBytes {
  return {
    path,
    mediaType: `application/vnd.kitops.modelkit.dataset.v1.${format}`,
    annotations: Object.freeze({}),
    size: bytes.byteLength,
    read: async (start, end) => {
      asked.push(end - start);
      if (start < 0 || end > bytes.byteLength || start > end)
        throw new RangeError(`It reads from ${start} to ${end} of ${bytes.byteLength} bytes.`);
      return Uint8Array.from(bytes.subarray(start, end));
    },
  };
}
