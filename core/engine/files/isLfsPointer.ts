/** Sizes of pointers without extensions, in bytes: other files need not be opened. */
const [least, most] = [120, 200];

/** May a file of this size be a pointer of Git LFS? */
export function hasLfsPointerSize(size: number): boolean {
  return size >= least && size <= most;
}

/** Is this the text that Git LFS leaves where it did not fetch a file (Git LFS specification, The Pointer)? */
export function isLfsPointer(bytes: Buffer): boolean {
  return /^version https:\/\/(?:git-lfs|hawser)\.github\.com\/spec\/v1\noid sha256:[0-9a-f]{64}\nsize \d{1,20}\n$/.test(
    bytes.toString('latin1'),
  );
}
