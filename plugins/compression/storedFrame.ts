/** The most bytes of one block (RFC 8878, 3.1.1.2.3). */
const mostStored = 128 * 1024;

/** zstd's frame without compression: the size of the content, then blocks of its bytes (RFC 8878, 3.1.1). */
export function storedFrame(bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt32LE(0xfd2fb528);
  // One segment, whose size follows in four bytes; no checksum, no dictionary (3.1.1.1.1).
  head[4] = 0b1010_0000;
  head.writeUInt32LE(bytes.byteLength, 5);
  const parts: Uint8Array[] = [head];
  for (let at = 0; at < bytes.byteLength; at += mostStored) {
    const part = bytes.subarray(at, at + mostStored);
    const isLast = at + mostStored >= bytes.byteLength;
    const block = Buffer.alloc(3);
    block.writeUIntLE(part.byteLength * 8 + (isLast ? 1 : 0), 0, 3);
    parts.push(block, part);
  }
  return Buffer.concat(parts);
}
