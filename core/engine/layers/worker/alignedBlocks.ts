/** Bytes of a block: a disk takes long writes faster, and for less work. */
export const alignedBytes = 4 * 1024 * 1024;

/** Blocks that are made at once: one that is filled, and those that are being written. */
const groupSize = 3;

const spare: Buffer[] = [];

/**
 * A block that begins with a page, as a file needs it that is written past the system's cache (open(2), "O_DIRECT"). The
 * memory of WebAssembly does; that of a `Buffer` begins anywhere. Give it back when it is written.
 */
export function takeBlock(): Buffer {
  if (!spare.length) addGroup();
  return spare.pop() as Buffer;
}

export function giveBack(block: Buffer): void {
  spare.push(block);
}

/** The types of Node do not have it. */
interface WithMemory {
  readonly Memory: new (pages: {
    readonly initial: number;
    readonly maximum: number;
  }) => { readonly buffer: ArrayBuffer };
}

function addGroup(): void {
  const pages = (groupSize * alignedBytes) / 65_536;
  const { Memory }: WithMemory = Reflect.get(globalThis, 'WebAssembly');
  const { buffer } = new Memory({ initial: pages, maximum: pages });
  for (let i = 0; i < groupSize; i++) spare.push(Buffer.from(buffer, i * alignedBytes, alignedBytes));
}
