import type { Readiness, ReadinessAnswer, ReadinessFile } from '@kitwright/core/plugin';
import { notYet, ready } from './answers.ts';

/** Parquet: ends with the length of its footer and the magic number (Parquet format, "File format"). */
export const parquet: Readiness = {
  id: 'parquet',
  matches: (name) => name.endsWith('.parquet'),
  recognises: (head) => isMagic(head.subarray(0, 4)),
  check,
};

function check({ size, read }: ReadinessFile): ReadinessAnswer {
  if (size < 12) return notYet(`it has ${size} bytes`);
  const end = read(size - 8, 8);
  if (!isMagic(end.subarray(4))) return notYet('its footer is not written yet');
  return end.readUInt32LE(0) + 12 <= size ? ready : notYet('its footer is larger than the file');
}

/** `PARE` if the footer is encrypted. */
function isMagic(bytes: Buffer): boolean {
  return ['PAR1', 'PARE'].includes(bytes.toString('latin1'));
}
