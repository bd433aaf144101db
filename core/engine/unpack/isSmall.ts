/** Bytes up to which a layer is worked on at once: no thread would be up by then. */
const smallBytes = 1024 * 1024;

export function isSmall({ size }: { readonly size: number }): boolean {
  return size <= smallBytes;
}
