import { lstatSync } from 'node:fs';
import type { ErrorCode } from '../errors/codes.ts';
import { decodeText } from './decodeText.ts';
import { readPlainFile } from './readPlainFile.ts';

/** Bytes: what a person writes is much smaller. */
const limit = 16 * 1024 * 1024;

/**
 * The text of a file that a person wrote; undefined where there is none. A link that leads nowhere is unreadable, not
 * absent. `shown` is how errors name it. Throws `file-unreadable`, and `code` for what is no text.
 */
export function readText(path: string, code: ErrorCode, shown = path): string | undefined {
  if (!lstatSync(path, { throwIfNoEntry: false })) return undefined;
  return decodeText(readPlainFile(path, limit, shown), shown, code);
}
