import type { Readiness } from '@kitwright/core/plugin';
import { notYet, ready } from './answers.ts';

/** The opcode that ends a pickle (pickletools). */
const stop = 0x2e;

/** How torch.save began its files before they were ZIPs: a pickle of this number; raw bytes follow the last pickle. */
const oldTorch = Buffer.from('\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.', 'latin1');

/**
 * Pickle and joblib, protocol 2 and later: the last byte is the opcode STOP. A weak check: one byte in 256 is STOP by
 * chance. Compressed joblib files, and old ones of torch, are not recognised and so rest for longer.
 */
export const pickle: Readiness = {
  id: 'pickle',
  matches: () => false,
  recognises: (head) => {
    const [first, protocol = 0] = head;
    const isPickle = first === 0x80 && protocol >= 2 && protocol <= 5;
    return isPickle && !head.subarray(0, oldTorch.length).equals(oldTorch);
  },
  check: ({ size, read }) => (size > 2 && read(size - 1, 1)[0] === stop ? ready : notYet('its end is not written yet')),
};
