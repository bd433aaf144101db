import { KitwrightError } from '../errors/KitwrightError.ts';
import type { BytePath } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';

/** A large file of the store whose content hash (`found`) is not its `name`; both are hexadecimal. */
export function damagedFile(path: BytePath, name: string, found: string): KitwrightError {
  const message = `The stored file ${displayPath(path)} is damaged: its content hash is ${found}.`;
  return new KitwrightError('descriptor-mismatch', message, {
    data: { name, found },
    hint: '"kitwright store check --repair" removes it, and says which kits need it.',
  });
}
