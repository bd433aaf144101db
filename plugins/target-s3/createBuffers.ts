/** Memory for parts that are on their way. */
export interface Buffers {
  /** Waits until there is room for it. */
  readonly take: (bytes: number) => Promise<Buffer<ArrayBuffer>>;
  readonly give: (buffer: Buffer<ArrayBuffer>) => void;
}

/** At most `total` bytes at a time, or one buffer if that is larger. A returned buffer is used again: new pages cost. */
export function createBuffers(total: number): Buffers {
  const free: Buffer<ArrayBuffer>[] = [];
  const waiting: (() => void)[] = [];
  let used = 0;
  return {
    take: async (bytes) => {
      while (used > 0 && used + bytes > total) await new Promise<void>((resolve) => waiting.push(resolve));
      used += bytes;
      const known = free.pop();
      return known?.byteLength === bytes ? known : Buffer.allocUnsafeSlow(bytes);
    },
    give: (buffer) => {
      used -= buffer.byteLength;
      free.push(buffer);
      for (const resume of waiting.splice(0)) resume();
    },
  };
}
