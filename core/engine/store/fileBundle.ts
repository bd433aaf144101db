/** Bytes under a key: 64 hex digits, by which they have a name in a folder of the store. */
export interface BundledFile {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** What is kept alone never begins with four zeros: a record begins with a length, a snapshot with letters. */
const mark = 0;
const headBytes = 8;
const keyBytes = 32;
/** The key, then offset and length of the bytes. */
const entryBytes = keyBytes + 8;

/** Several small files in one: mark, number, table, bytes. One write, one sync, and a name for each. */
export function encodeBundle(files: readonly BundledFile[]): Buffer {
  const head = Buffer.alloc(headBytes + files.length * entryBytes);
  head.writeUInt32LE(mark, 0);
  head.writeUInt32LE(files.length, 4);
  let offset = head.byteLength;
  files.forEach(({ key, bytes }, i) => {
    const at = headBytes + i * entryBytes;
    head.write(key, at, 'hex');
    head.writeUInt32LE(offset, at + keyBytes);
    head.writeUInt32LE(bytes.byteLength, at + keyBytes + 4);
    offset += bytes.byteLength;
  });
  return Buffer.concat([head, ...files.map(({ bytes }) => bytes)]);
}

/** The bytes under a key in a file that may be a bundle; undefined if it is one, and they are not in it. */
export function bundledIn(file: Buffer, key: string): Buffer | undefined {
  if (file.byteLength < headBytes || file.readUInt32LE(0) !== mark) return file;
  const wanted = Buffer.from(key, 'hex');
  const end = Math.min(headBytes + file.readUInt32LE(4) * entryBytes, file.byteLength - entryBytes + 1);
  for (let at = headBytes; at < end; at += entryBytes) {
    if (wanted.compare(file, at, at + keyBytes) !== 0) continue;
    const start = file.readUInt32LE(at + keyBytes);
    return file.subarray(start, start + file.readUInt32LE(at + keyBytes + 4));
  }
  return undefined;
}
