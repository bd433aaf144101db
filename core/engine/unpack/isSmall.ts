/** Bytes up to which a layer is worked on at once: no thread would be up by then. */
const smallBytes = 1024 * 1024;

export const isSmall = ({ size }: { readonly size: number }): boolean => size <= smallBytes;
