import type { Content } from './roles.ts';

/** The same content; `onBytes` hears of each block (bytes) before it is given, and what it throws ends the reading. */
export function observeContent(content: Content, onBytes: (bytes: number) => void): Content {
  return {
    read: (range, take) =>
      content.read(range, (bytes) => {
        onBytes(bytes.byteLength);
        return take(bytes);
      }),
  };
}
