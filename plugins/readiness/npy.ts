import type { Readiness, ReadinessAnswer, ReadinessFile } from '@kitwright/core/plugin';
import { notYet, ready } from './answers.ts';

const magic = Buffer.from('\x93NUMPY', 'latin1');
/** The most bytes of the header that are read. */
const maxHeader = 64 * 1024;

/**
 * NumPy's format (numpy.lib.format, versions 1 to 3): the header gives type and shape, and so the size. A file may hold
 * several arrays, so more bytes are right; those of a memory map are written without a trace.
 */
export const npy: Readiness = {
  id: 'npy',
  matches: (name) => name.endsWith('.npy'),
  recognises: (head) => head.subarray(0, magic.length).equals(magic),
  check,
};

function check({ size, read }: ReadinessFile): ReadinessAnswer {
  if (size < 12) return notYet(`it has ${size} bytes, not yet a header`);
  const head = read(0, 12);
  if (!head.subarray(0, magic.length).equals(magic))
    return head[0] === 0 ? notYet('its header is not written yet') : ready;
  const isOld = head[6] === 1;
  const [start, length] = isOld ? [10, head.readUInt16LE(8)] : [12, head.readUInt32LE(8)];
  if (start + length > size) return notYet('its header is not complete yet');
  const data = dataSize(read(start, Math.min(length, maxHeader)).toString('latin1'));
  if (data === undefined) return ready;
  const missing = start + length + data - size;
  return missing > 0 ? notYet(`${missing} bytes are missing`) : ready;
}

/** Bytes of the array; undefined if it is of a type without a fixed size. */
function dataSize(header: string): number | undefined {
  const item = /'descr': *'[<>|=]?([a-zA-Z])(\d{1,9})/.exec(header);
  const shape = /'shape': *\(([\d, ]*)\)/.exec(header)?.[1];
  if (!item || shape === undefined || item[1] === 'O') return undefined;
  const bytes = Number(item[2]) * (item[1] === 'U' ? 4 : 1);
  const counts = shape.split(',').flatMap((part) => (part.trim() ? [Number(part)] : []));
  return counts.reduce((product, count) => product * count, bytes);
}
