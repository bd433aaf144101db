import { readFileSync } from 'node:fs';
import { systemError } from '@kitwright/core/internal';

/** Reads standard input to its end. Throws `file-unreadable`: it may be closed, or a directory. */
export function readStdin(): Buffer {
  try {
    return readFileSync(0);
  } catch (error) {
    throw systemError(error, 'file-unreadable', 'read', 'standard input');
  }
}
