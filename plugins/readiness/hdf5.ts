import type { Readiness, ReadinessAnswer, ReadinessFile } from '@kitwright/core/plugin';
import { notYet, ready } from './answers.ts';

const signature = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

/**
 * HDF5 (Keras, h5py): the superblock holds the end of the file, which is written when it is flushed or closed (HDF5
 * File Format Specification 3.0, section II.A). What is written into a file of the right size cannot be seen.
 */
export const hdf5: Readiness = {
  id: 'hdf5',
  matches: (name) => /\.(?:h5|hdf5)$/.test(name),
  recognises: (head) => head.subarray(0, signature.length).equals(signature),
  check,
};

function check({ size, read }: ReadinessFile): ReadinessAnswer {
  const head = read(0, Math.min(size, 96));
  if (head.length < 48) return notYet(`it has ${size} bytes, not yet a superblock`);
  if (!head.subarray(0, 8).equals(signature)) return head.every((byte) => byte === 0) ? notYet(unwritten) : ready;
  const version = head[8] as number;
  const superblock = version < 2 ? oldSuperblock(head, version) : newSuperblock(head);
  if (!superblock) return ready;
  if (superblock.isOpen) return notYet('it is open for writing');
  const missing = superblock.end - BigInt(size);
  if (missing === 0n) return ready;
  return missing > 0n ? notYet(`${missing} bytes are missing`) : notYet('its end is not written yet');
}

const unwritten = 'its superblock is not written yet';

interface Superblock {
  /** End of the file, in bytes. */
  readonly end: bigint;
  readonly isOpen: boolean;
}

/** Versions 0 and 1. Undefined for addresses of another size than 8 bytes. */
function oldSuperblock(head: Buffer, version: number): Superblock | undefined {
  if (head[13] !== 8) return undefined;
  return { end: head.readBigUInt64LE(version === 0 ? 40 : 44), isOpen: false };
}

/** Versions 2 and 3; the lowest bit of the flags says that a writer has the file open. */
function newSuperblock(head: Buffer): Superblock | undefined {
  if (head[9] !== 8) return undefined;
  return { end: head.readBigUInt64LE(28), isOpen: ((head[11] as number) & 1) === 1 };
}
