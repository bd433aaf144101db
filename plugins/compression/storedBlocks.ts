/** The most bytes of one stored block (RFC 1951, 3.2.4). */
const mostStored = 0xffff;

/** Deflate's blocks without compression, none of them the last; they begin and end at a whole byte (RFC 1951, 3.2.4). */
export function storedBlocks(bytes: Uint8Array): Buffer {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.byteLength; at += mostStored) {
    const part = bytes.subarray(at, at + mostStored);
    const head = Buffer.alloc(5);
    head.writeUInt16LE(part.byteLength, 1);
    head.writeUInt16LE(part.byteLength ^ 0xffff, 3);
    parts.push(head, part);
  }
  return Buffer.concat(parts);
}
