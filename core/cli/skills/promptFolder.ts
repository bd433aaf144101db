import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bytePath, checkEntryName, cleanPath, displayPath, KitwrightError } from '@kitwright/core/internal';

/**
 * The folder of the prompt itself: a layer has its parent directories too. The path is a stranger's, as the names in a
 * tar are: it stays below the scratch folder. Throws `unpack-refused`.
 */
export function promptFolder(scratch: string, path: string): string {
  const clean = cleanPath(path.replaceAll('\\', '/'));
  if (clean === '.') return scratch;
  checkEntryName(bytePath(clean));
  const full = join(scratch, clean);
  if (!statSync(full, { throwIfNoEntry: false })) throw missing(path);
  return statSync(full).isDirectory() ? full : dirname(full);
}

function missing(path: string): KitwrightError {
  return new KitwrightError(
    'kit-malformed',
    `The layer of the prompt ${displayPath(bytePath(path))} holds no such path.`,
    {
      data: { path },
    },
  );
}
