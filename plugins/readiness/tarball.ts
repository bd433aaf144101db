import type { Readiness } from '@kitwright/core/plugin';
import { notYet, ready } from './answers.ts';

const block = 512;

/** A tar that is not compressed: ends with two blocks of zeros (POSIX.1-2017, pax, "ustar Interchange Format"). */
export const tarball: Readiness = {
  id: 'tar',
  matches: (name) => name.endsWith('.tar'),
  recognises: (head) => head.subarray(257, 262).toString('latin1') === 'ustar',
  check: ({ size, read }) => {
    if (size < 2 * block) return notYet(`it has ${size} bytes`);
    const end = read(size - 2 * block, 2 * block);
    return end.every((byte) => byte === 0) ? ready : notYet('its end is not written yet');
  },
};
