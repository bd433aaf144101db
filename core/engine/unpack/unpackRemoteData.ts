import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemError } from '../errors/systemError.ts';
import {
  type BytePath,
  bytePath,
  fromNative,
  fsPath,
  joinPath,
  parentOf,
  parentsOf,
  textOf,
} from '../files/bytePath.ts';
import { checkEntryName } from '../files/checkEntryName.ts';
import { checkFree } from '../files/checkFree.ts';
import { cleanPath } from '../files/cleanPath.ts';
import { displayPath } from '../files/displayPath.ts';
import { readFingerprint } from '../files/fingerprint.ts';
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
  { directory, existing, signal }: ElementOptions,
): Promise<boolean> {
  const [path, target] = [datasetPath(dataset), fromNative(resolve(directory))];
  if (existing === 'keep' && readFingerprint(joinPath(target, path)) !== undefined) return false;
  checkParents(target, path, existing);
  checkFree(target, path, 'file', existing);
  using staging = createStaging(resolve(directory));
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
    mkdirSync(fsPath(joinPath(staging, parentOf(path))), { recursive: true });
    await using handle = await openFile(fsPath(joinPath(staging, path)), 'wx', 0o644);
    for await (const bytes of content) await handle.writeFile(bytes);
    await handle.sync();
  } catch (error) {
    throw systemError(error, 'unpack-refused', 'write', displayPath(path));
  }
}

/** The directory for the datasets of another kit. Throws `unpack-exists`, `unpack-refused`. */
export function datasetDirectory(dataset: RemoteDataset, { directory, existing }: ElementOptions): string {
  const [path, target] = [datasetPath(dataset), fromNative(resolve(directory))];
  checkParents(target, path, existing);
  checkFree(target, path, 'directory', existing);
  return join(directory, textOf(path));
}
