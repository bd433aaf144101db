import { constants, copyFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KitwrightError } from '../../errors/KitwrightError.ts';
import { systemError } from '../../errors/systemError.ts';
import { temporaryName } from '../../files/atomicWrite.ts';
import { fromNative } from '../../files/bytePath.ts';
import { displayPath } from '../../files/displayPath.ts';
import { makeDirectories } from '../../files/makeDirectories.ts';
import type { Kitwright } from '../../host/createKitwright.ts';
import type { Layer } from '../../host/nouns.ts';
import { Fields, goJson } from '../../oci/goJson.ts';
import type { LocalStore } from '../../store/localStore.ts';
import { computeKit } from '../packKit.ts';

/** A file that becomes a layer. */
export interface GivenFile {
  /** Where it is now: a native path. */
  readonly from: string;
  /** Clean, relative to the directory of the kit. */
  readonly path: string;
}

/**
 * The layer that `pack` makes of one file: its bytes are in the store then. Throws `file-unreadable`, and what packing
 * throws.
 */
export async function fileLayer(
  kitwright: Kitwright,
  store: LocalStore,
  { from, path }: GivenFile,
  layerFormat: string,
  signal: AbortSignal,
): Promise<Layer> {
  const directory = join(store.layout.tmp, temporaryName('amend'));
  try {
    copyInto(from, join(directory, path));
    const kitfile = new Fields([
      ['manifestVersion', '1.0.0'],
      ['docs', [new Fields([['path', path]])]],
    ]);
    const options = {
      directory,
      kitfile: { bytes: Buffer.from(goJson(kitfile)) },
      store,
      capture: 'copy',
      layerFormat,
    } as const;
    const { layers } = await computeKit(kitwright, { ...options, signal });
    const [layer] = layers;
    if (layer) return layer;
    throw new KitwrightError('amend-refused', `${JSON.stringify(path)} makes no layer.`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A pipe or a device would not end. */
function copyInto(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false })?.isFile() === false) {
    const shown = displayPath(fromNative(from));
    throw new KitwrightError('file-unreadable', `${shown} is no plain file.`, { data: { path: shown } });
  }
  try {
    makeDirectories(dirname(to));
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    throw systemError(error, 'file-unreadable', 'read', from);
  }
}
