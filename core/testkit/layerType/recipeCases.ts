import assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { chdir, cwd } from 'node:process';
import { bytePath, fsPath, joinPath, type LayerType, type PlanFile, type Recipe } from '@kitwright/core/plugin';
import { NotRun } from '../suite/Case.ts';
import { type LayerCase, layerCase } from './LayerBench.ts';
import { bytesOf, lay, plannedOf, treeOf, writeFiles } from './layerTree.ts';

/** What the bytes of a layer are made of. */
export const recipeCases: readonly LayerCase[] = [
  layerCase('format: is a word of a media type, and one of its own can be unpacked', async ({ type }) => {
    assert.match(type.id, /^[a-z0-9][a-z0-9.-]*$/, 'the id is no word');
    assert.match(type.format, /^[a-z0-9][a-z0-9-]*$/, 'the format is no word');
    assert.equal(typeof type.compressible, 'boolean');
    const needs = type.format !== 'tar' && type.format !== 'raw';
    if (needs) assert.ok(type.unpack, 'others than tar and raw need `unpack`');
  }),
  layerCase('collect: chooses files of the element, each once', async ({ type, folder, path }) => {
    const { files } = lay(type, folder, path).contents;
    const paths = files.map((file) => file.path);
    assert.ok(paths.length > 0, 'it chose nothing');
    assert.equal(new Set(paths).size, paths.length, 'it chose a file twice');
    const known = new Set(
      treeOf(folder, path, type)
        .entries()
        .map((file) => file.path),
    );
    assert.deepEqual(
      paths.filter((each) => !known.has(each)),
      [],
    );
  }),
  layerCase('recipe: the same files give the same bytes, and the same annotations', async ({ type, folder, path }) => {
    const [one, two] = [lay(type, folder, path), lay(type, folder, path)];
    assert.ok(bytesOf(one.recipe).equals(bytesOf(two.recipe)), 'the second layer has other bytes');
    assert.deepEqual(one.contents.annotations, two.contents.annotations);
  }),
  layerCase('recipe: the bytes do not depend on the folder, or on the times of its files', async (bench) => {
    const { type, folder, path, context } = bench;
    const elsewhere = join(context.folder, 'another folder');
    cpSync(folder, elsewhere, { recursive: true });
    setTimes(elsewhere, path, type);
    const [here, there] = [lay(type, folder, path).recipe, lay(type, elsewhere, path).recipe];
    assert.ok(bytesOf(here).equals(bytesOf(there)), 'a copy of the files gives other bytes');
  }),
  layerCase('recipe: the bytes do not depend on the order in which files were made', async (bench) => {
    const { type, folder, path, files, context } = bench;
    const elsewhere = join(context.folder, 'another order');
    mkdirSync(elsewhere);
    writeFiles(elsewhere, Object.fromEntries(Object.entries(files).reverse()));
    for (const each of [folder, elsewhere]) setTimes(each, path, type);
    const [here, there] = [lay(type, folder, path).recipe, lay(type, elsewhere, path).recipe];
    assert.ok(bytesOf(here).equals(bytesOf(there)), 'another order gives other bytes');
  }),
  layerCase('recipe: the bytes do not depend on the current directory', async ({ type, folder, path, context }) => {
    const before = bytesOf(lay(type, folder, path).recipe);
    const after = inDirectory(context.folder, () => bytesOf(lay(type, folder, path).recipe));
    assert.ok(before.equals(after), 'another current directory gives other bytes');
  }),
  layerCase('recipe: reads nothing, so what is gone meanwhile does not matter', async ({ type, folder, path }) => {
    const tree = treeOf(folder, path, type);
    const planned = plannedOf(tree, type.collect(tree));
    const before = type.recipe(planned, tree.directory);
    rmSync(join(folder, path), { recursive: true });
    assert.deepEqual(type.recipe(planned, tree.directory), before);
  }),
  layerCase('recipe: its slices are the files that are not empty, whole and in their order', async (bench) => {
    const { type, folder, path } = bench;
    const { contents, recipe } = lay(type, folder, path);
    assertPieces(recipe, contents.files, folder);
  }),
  layerCase('recipe: a file without bytes gives no slice', async ({ type, folder, path }) => {
    const { contents, recipe } = lay(type, folder, path);
    const empty = contents.files.map((file) => (file.type === 'file' ? emptied(file) : file));
    const emptyRecipe = type.recipe(plannedOf(treeOf(folder, path, type), { files: empty }), folder);
    assert.ok(recipe.length > 0);
    assert.deepEqual(
      emptyRecipe.filter(({ kind }) => kind === 'file'),
      [],
    );
  }),
  layerCase('recipe: a file behind a link is read where it is', async ({ type, folder, path }) => {
    const { contents } = lay(type, folder, path);
    const linked = contents.files.map((file) =>
      file.type === 'file' ? { ...file, target: `/elsewhere/${file.path}` } : file,
    );
    const recipe = type.recipe(plannedOf(treeOf(folder, path, type), { files: linked }), folder);
    for (const piece of recipe)
      if (piece.kind === 'file') assert.ok(piece.path.startsWith('/elsewhere/'), `it reads ${piece.path}`);
  }),
];

/** All files of an element are of one moment. */
function setTimes(folder: string, path: string, type: LayerType): void {
  for (const { path: name } of treeOf(folder, path, type).entries())
    utimesSync(fsPath(joinPath(bytePath(folder), name)), 1e9, 1e9);
}

function emptied(file: PlanFile): PlanFile {
  return { ...file, fingerprint: { ...file.fingerprint, size: 0 } };
}

/** A watch reads copies of the files instead, and finds them by their order. */
function assertPieces(recipe: Recipe, files: readonly PlanFile[], folder: string): void {
  const wanted = files
    .filter(({ type, fingerprint }) => type === 'file' && fingerprint.size > 0)
    .map(({ path, fingerprint }) => ({
      path: joinPath(bytePath(folder), path),
      offset: 0,
      size: fingerprint.size,
      fingerprint,
    }));
  const found = recipe.flatMap((piece) => (piece.kind === 'file' && piece.size > 0 ? [piece] : []));
  assert.deepEqual(
    found.map(({ path, offset, size, fingerprint }) => ({ path, offset, size, fingerprint })),
    wanted,
  );
}

/** Throws `NotRun` in a thread, which has no directory of its own. */
function inDirectory<T>(folder: string, work: () => T): T {
  const before = cwd();
  try {
    chdir(folder);
  } catch {
    throw new NotRun('a thread cannot change its directory');
  }
  try {
    return work();
  } finally {
    chdir(before);
  }
}
