import type { PackFile } from './openPackFile.ts';

/** A pack of a small layer: its bytes go into the layer's record, which costs no file. */
export interface PackMemory extends PackFile {
  readonly bytes: () => Uint8Array;
}

export function openPackMemory(): PackMemory {
  const parts: Uint8Array[] = [];
  let offset = 0;
  const nothing = async () => undefined;
  return {
    append: (bytes, written) => {
      const at = offset;
      parts.push(Buffer.from(bytes));
      offset += bytes.byteLength;
      written?.();
      return at;
    },
    settled: nothing,
    finish: nothing,
    discard: nothing,
    bytes: () => Buffer.concat(parts),
  };
}
