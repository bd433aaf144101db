import type { Descriptor } from '../oci/descriptor.ts';
import {
  type ByteRange,
  type ByteStream,
  type Content,
  canBorrow,
  canPour,
  type Pourer,
  type ReadTarget,
} from './roles.ts';

/** The content of a descriptor at a target, poured where the target can. `onBytes` hears of each block (bytes) before it is given; what it throws ends the reading. */
export const contentOf = (descriptor: Descriptor, source: ReadTarget, onBytes: (bytes: number) => void): Content => {
  const counted = async function* (stream: ByteStream): ByteStream {
    for await (const bytes of stream) {
      onBytes(bytes.byteLength);
      yield bytes;
    }
  };
  const read = (range?: ByteRange): ByteStream => counted(source.fetch(descriptor, range));
  const pour: Content['pour'] = (range, take) =>
    (source as ReadTarget & Pourer).pour(descriptor, range, (bytes) => {
      onBytes(bytes.byteLength);
      take(bytes);
    });
  return Object.assign(
    read,
    canPour(source) ? { pour } : {},
    canBorrow(source) ? { borrow: (range: ByteRange) => counted(source.borrow(descriptor, range)) } : {},
  );
};
