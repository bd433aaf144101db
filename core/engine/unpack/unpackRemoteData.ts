import { resolve } from 'node:path';
import { systemError } from '../errors/systemError.ts';
import { type BytePath, baseOf, bytePath, fsPath, joinPath, parentOf, parentsOf, textOf } from '../files/bytePath.ts';
import { checkEntryName } from '../files/checkEntryName.ts';
import { checkFree } from '../files/checkFree.ts';
import { cleanPath } from '../files/cleanPath.ts';
import { displayPath } from '../files/displayPath.ts';
import { readFingerprint } from '../files/fingerprint.ts';
import { makeDirectory } from '../files/makeDirectory.ts';
import { type OpenDirectory, openDirectory } from '../files/openDirectory.ts';
import { openFile } from '../files/openFile.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import { type RemoteDataset, remoteDataOf } from '../kits/remoteDatasets.ts';
import type { ByteStream } from '../store/roles.ts';
import { createStaging, moveIntoPlace } from './staging.ts';
import type { ElementOptions } from './unpackElement.ts';

/**
 * Fetches a dataset at a URL to its path; it has its name when it is whole, and not before. False if a file was kept.
 * Throws `unpack-*` and what the plugin of the URL throws.
 */
export async function unpackRemoteData(
  kitwright: Kitwright,
  dataset: RemoteDataset,
  { directory, shown = directory, existing, isClean = false, signal }: ElementOptions,
): Promise<boolean> {
  using opened = openDirectory(resolve(directory));
  const [path, target] = [datasetPath(dataset), opened.path];
  if (existing === 'keep' && readFingerprint(joinPath(target, path)) !== undefined) return false;
  checkParents(target, path, existing);
  checkFree(target, path, 'file', existing);
  using staging = createStaging(textOf(target), shown, isClean);
  const { fetch } = remoteDataOf(kitwright.capabilities, dataset);
  await writeFile(staging.path, path, fetch(dataset.remotePath, dataset.remoteHash, signal));
  moveIntoPlace(staging.path, target, existing);
  return true;
}

/** Where a dataset goes, below the directory. Throws `unpack-refused`. */
function datasetPath({ path }: RemoteDataset): BytePath {
  const clean = bytePath(cleanPath(path));
  checkEntryName(clean);
  return clean;
}

/** Nothing is written through a link above the path. */
function checkParents(target: BytePath, path: BytePath, existing: ElementOptions['existing']): void {
  for (const parent of parentsOf(path)) checkFree(target, parent, 'directory', existing);
}

async function writeFile(staging: BytePath, path: BytePath, content: ByteStream): Promise<void> {
  try {
    using parent = path.includes('/') ? makeDirectory(staging, parentOf(path)) : undefined;
    await using handle = await openFile(fsPath(joinPath(parent?.path ?? staging, baseOf(path))), 'wx', 0o644);
    for await (const bytes of content) await handle.writeFile(bytes);
    await handle.sync();
  } catch (error) {
    throw systemError(error, 'unpack-refused', 'write', displayPath(path));
  }
}

/**
 * Makes and opens the directory for the datasets of another kit, each one above it through its parent. Throws
 * `unpack-exists`, `unpack-refused`, `path-is-link`.
 */
export function openDatasetDirectory(dataset: RemoteDataset, { directory, existing }: ElementOptions): OpenDirectory {
  const path = datasetPath(dataset);
  using opened = openDirectory(resolve(directory));
  checkParents(opened.path, path, existing);
  checkFree(opened.path, path, 'directory', existing);
  return makeDirectory(opened.path, path);
}
