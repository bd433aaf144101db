import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { hexOf } from '../oci/digest.ts';
import { fileReader } from './fileReader.ts';
import { locateFile, recipeOfFile } from './locateFile.ts';
import { resolveName } from './resolveName.ts';
import type { KitName, Lister, Locator, Reader, ReadTarget } from './roles.ts';

/** A store that `kit` made: read, never written. */
export interface KitStore extends ReadTarget, Lister, Locator, Reader {}

/** The store of a folder that has `blobs/sha256/`; `list` gives the kits in it. */
export function kitStore(folder: string, list: () => readonly KitName[]): KitStore {
  const blob = (descriptor: Descriptor) => join(folder, 'blobs', 'sha256', hexOf(descriptor.digest));
  return {
    name: folder,
    list,
    exists: async (descriptor) => existsSync(blob(descriptor)),
    ...fileReader((descriptor) => {
      const recipe = recipeOfFile(blob(descriptor));
      if (recipe) return recipe;
      throw new KitwrightError('kit-not-found', `${descriptor.digest} is not in the store ${folder}.`, {
        data: { digest: descriptor.digest },
      });
    }),
    locate: (descriptor) => locateFile(blob(descriptor), descriptor.size),
    resolve: async (repository, reference) => resolveName(list(), repository, reference),
  };
}
