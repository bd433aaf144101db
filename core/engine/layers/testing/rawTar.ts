import { blockSize, paddingOf, tarHeader } from '../tarHeader.ts';

/** An entry of any type, whole; `patch` writes into its header before the checksum is put right. */
export function rawEntry(
  path: string,
  content: string | Buffer = '',
  flag = '0',
  patch: (header: Buffer) => void = () => undefined,
): Buffer {
  const bytes = Buffer.from(content);
  const header = tarHeader({ path, type: 'file', mode: 0o644, size: bytes.byteLength });
  header.write(flag, 156, 'latin1');
  patch(header);
  withChecksum(header);
  return Buffer.concat([header, bytes, Buffer.alloc(paddingOf(bytes.byteLength))]);
}

/** Puts the checksum of a header right. */
export function withChecksum(header: Buffer): void {
  header.fill(0x20, 148, 156);
  const sum = header.subarray(0, blockSize).reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
