import type { Descriptor } from '../oci/descriptor.ts';
import { type ByteRange, type ByteStream, type Content, canPour, type ReadTarget } from './roles.ts';

/** The content of a descriptor at a target, poured where the target can. `onBytes` hears of each block (bytes) before it is given; what it throws ends the reading. */
export const contentOf = (descriptor: Descriptor, source: ReadTarget, onBytes: (bytes: number) => void): Content => {
  const read = async function* (range?: ByteRange): ByteStream {
    for await (const bytes of source.fetch(descriptor, range)) {
      onBytes(bytes.byteLength);
      yield bytes;
    }
  };
  if (!canPour(source)) return read;
  const pour: NonNullable<Content['pour']> = (range, take) =>
    source.pour(descriptor, range, (bytes) => {
      onBytes(bytes.byteLength);
      take(bytes);
    });
  return Object.assign(read, { pour });
};
