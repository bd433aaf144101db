import { definePlugin, type Plugin, type Readiness, type ReadinessFile } from '@kitwright/core/plugin';

/** The sizes of one number by the type in the header, in bytes. */
const sizes: Readonly<Record<number, number>> = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 };

/**
 * The IDX format, as MNIST has it: two zero bytes, the type of a number, how many dimensions, their sizes (big-endian),
 * and the numbers. So the header says how large the whole file is.
 */
const idx: Readiness = {
  id: 'my-plugin',
  matches: (name) => /[.-]idx(?:\d-ubyte)?$/.test(name),
  isCheckpoint: false,
  check: (file) => {
    if (file.size < 4) return notYet('it has no header yet');
    const head = file.read(0, 4);
    const [size, dimensions] = [sizes[head[2] ?? 0], head[3] ?? 0];
    if (head[0] !== 0 || head[1] !== 0 || size === undefined) return { state: 'broken', reason: 'it is no IDX file' };
    if (file.size < 4 + 4 * dimensions) return notYet('its header is not complete yet');
    const missing = 4 + 4 * dimensions + size * countOf(file, dimensions) - file.size;
    return missing > 0 ? notYet(`${missing} bytes are missing`) : { state: 'ready' };
  },
};

/** Waits until IDX files are complete before they are packed. */
export default function plugin(): Plugin {
  return definePlugin({
    name: 'kitwright-plugin-my-plugin',
    apiVersion: 1,
    apply({ register }) {
      register('readiness', idx);
    },
  });
}

function countOf({ read }: ReadinessFile, dimensions: number): number {
  const header = read(4, 4 * dimensions);
  return Array.from({ length: dimensions }, (_, at) => header.readUInt32BE(4 * at)).reduce((a, b) => a * b, 1);
}

/** Looks again after that time in ms. */
function notYet(reason: string) {
  return { state: 'not-yet', reason, retryAfter: 1000 } as const;
}
