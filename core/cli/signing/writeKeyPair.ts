import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf, giveName, KitwrightError, systemError, temporaryName } from '@kitwright/core/internal';
import type { KeyPair } from '@kitwright/cosign';

/** The two files of a key pair. */
export interface KeyFiles {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** Those that are there already. */
export function existingOf({ privateKey, publicKey }: KeyFiles): readonly string[] {
  return [privateKey, publicKey].filter((path) => existsSync(path));
}

/**
 * Writes both, the private one so that only its owner may read it. Each has its name only when it is complete; without
 * `overwrite` one that is there stays. Throws `usage`, `file-unreadable`.
 */
export function writeKeyPair(files: KeyFiles, keys: KeyPair, overwrite: boolean): void {
  writeFile(files.privateKey, keys.privateKey, 0o600, overwrite);
  writeFile(files.publicKey, keys.publicKey, 0o644, overwrite);
}

function writeFile(path: string, text: string, mode: number, overwrite: boolean): void {
  const temporary = join(dirname(path), temporaryName('key'));
  try {
    writeFileSync(temporary, text, { mode, flag: 'wx', flush: true });
    if (overwrite) renameSync(temporary, path);
    else giveName(temporary, path);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw keyExists(path);
    throw systemError(error, 'file-unreadable', 'write', path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** A key that is lost signs nothing any more. */
export function keyExists(path: string): KitwrightError {
  return new KitwrightError('usage', `${path} exists already, and a key is not replaced without asking.`, {
    data: { path },
    hint: 'Move it away, or choose another name with --output-key-prefix.',
  });
}
