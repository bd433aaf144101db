import type { ByteRange, ByteStream, Content, TakeBlock } from './roles.ts';

/** The same content; `onBytes` hears of each block (bytes) before it is given, and what it throws ends the reading. */
export function observeContent(content: Content, onBytes: (bytes: number) => void): Content {
  const observed = async function* (stream: ByteStream): ByteStream {
    for await (const bytes of stream) {
      onBytes(bytes.byteLength);
      yield bytes;
    }
  };
  const { pour, borrow } = content;
  return Object.assign(
    (range?: ByteRange) => observed(content(range)),
    pour
      ? {
          pour: (range: ByteRange, take: TakeBlock) =>
            pour(range, (bytes) => {
              onBytes(bytes.byteLength);
              take(bytes);
            }),
        }
      : {},
    borrow ? { borrow: (range: ByteRange) => observed(borrow(range)) } : {},
  );
}
