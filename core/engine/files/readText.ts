import { lstatSync, readFileSync } from 'node:fs';
import type { ErrorCode } from '../errors/codes.ts';
import { errnoOf, systemError } from '../errors/systemError.ts';
import { decodeText } from './decodeText.ts';

/**
 * The text of a file that a person wrote; undefined where there is none. A link that leads nowhere is unreadable, not
 * absent. Throws `file-unreadable`, and `code` for what is no text.
 */
export function readText(path: string, code: ErrorCode): string | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' && !lstatSync(path, { throwIfNoEntry: false })) return undefined;
    throw systemError(error, 'file-unreadable', 'read', path);
  }
  return decodeText(bytes, path, code);
}
