import { closeSync, constants, openSync, readSync } from 'node:fs';

/** The most bytes that are read of a text: a Kitfile, a licence, the beginning of a README. */
const limit = 4 * 1024 * 1024;

/** The first bytes of a file of the clone. A link in its place is refused (ELOOP), not followed. */
export function readStart(path: string): Uint8Array {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const bytes = Buffer.alloc(limit);
    let read = 0;
    for (let n = -1; n !== 0 && read < limit; read += n) n = readSync(fd, bytes, read, limit - read, read);
    return bytes.subarray(0, read);
  } finally {
    closeSync(fd);
  }
}
