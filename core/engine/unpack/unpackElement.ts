import { resolve } from 'node:path';
import { type BytePath, joinPath, textOf } from '../files/bytePath.ts';
import { type Existing, kindOf } from '../files/checkFree.ts';
import { openDirectory } from '../files/openDirectory.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import type { Turns } from '../store/createTurns.ts';
import type { ReadTarget } from '../store/roles.ts';
import { extractLayer } from './extractLayer.ts';
import type { KitElement } from './kitElements.ts';
import { type NewDirectory, setDirectoryModes } from './setDirectoryModes.ts';
import { createStaging, moveIntoPlace, refuseReserved } from './staging.ts';

export interface ElementOptions {
  /** A path, or that of an open directory (`textOf(OpenDirectory.path)`), which leads there whatever takes its name. */
  readonly directory: string;
  /** What messages call it; the path itself by default. */
  readonly shown?: string;
  readonly existing: Existing;
  /** See `OpenLayerOptions`. */
  readonly isVouched?: boolean;
  /** What is unpacked will be removed: directories stay as they were made, since one that is closed to us could not be. */
  readonly isScratch?: boolean;
  /** A name at the top of the directory that no layer may have: what the caller knows of the files is there. */
  readonly reserved?: string | undefined;
  /** See `createStaging`. */
  readonly isClean?: boolean;
  /** Called with a folder that holds what the layer puts into the directory, before it does. */
  readonly onPlace?: ((folder: string) => void) | undefined;
  /** Nothing gets its final name before: what comes first in the kit may be on its way too. */
  readonly turn?: Promise<unknown>;
  /** See `ExtractOptions`. */
  readonly turns?: Turns;
  /** The directories that elements before it brought to the directory: they are free for this one too. */
  readonly brought?: Set<BytePath>;
  /** Is another element on its way to the directory, or was there one? */
  readonly isNotFirst?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Unpacks the layer of one element into a directory and gives the number of files. Every byte is verified before it
 * has its final name. Throws `unpack-*`, `descriptor-mismatch`, `kit-malformed`, `disk-full`.
 */
export async function unpackElement(
  kitwright: Kitwright,
  element: KitElement,
  source: ReadTarget,
  options: ElementOptions,
): Promise<number> {
  const { files, directories } = await placeElement(kitwright, element, source, options);
  if (!options.isScratch) setDirectoryModes(directories);
  return files;
}

/** What was placed; the new directories do not have their modes yet. */
export interface Placed {
  readonly files: number;
  readonly directories: readonly NewDirectory[];
  /** Files that steer the tools of whoever works there. */
  readonly steering: readonly BytePath[];
}

/**
 * The same for one of several elements: another one may have more to put into a directory that must not be written to.
 */
export async function placeElement(
  kitwright: Kitwright,
  element: KitElement,
  source: ReadTarget,
  {
    directory,
    shown = directory,
    existing,
    isVouched = false,
    reserved,
    isClean = false,
    onPlace,
    turn,
    turns,
    brought,
    isNotFirst = false,
    signal,
  }: ElementOptions,
): Promise<Placed> {
  signal.throwIfAborted();
  const target = resolve(directory);
  using staging = createStaging(target, shown, isClean);
  using opened = openDirectory(target);
  const { files, directories, steering } = await extractLayer(element, {
    source,
    pool: kitwright.pool,
    capabilities: kitwright.capabilities,
    target: opened.path,
    staging,
    scratch: textOf(staging.scratch),
    existing,
    mayHaveOurs: isNotFirst,
    isVouched,
    turns,
    signal,
  });
  refuseReserved(staging.path, reserved);
  await turn;
  signal.throwIfAborted();
  const made = turn ? directories.filter(({ path }) => kindOf(joinPath(opened.path, path)) === 'none') : directories;
  onPlace?.(textOf(staging.path));
  moveIntoPlace(staging.path, opened.path, existing, { brought });
  return { files, directories: made.map(({ path, mode }) => ({ target, path, mode })), steering };
}
