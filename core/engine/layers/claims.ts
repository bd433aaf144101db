/** Entries whose contents begin within so many bytes of a layer are written by the same worker. */
const shareBytes = 256 * 1024;

/** Memory by which the workers of one layer of `size` bytes agree who writes what: whoever comes first. */
export const createClaims = (size: number): SharedArrayBuffer =>
  new SharedArrayBuffer(Math.floor(size / shareBytes) + 1);

/** Tells a worker whether an entry at an offset of the layer is its own. Offsets must not fall. */
export const openClaims = (buffer: SharedArrayBuffer): ((offset: number) => boolean) => {
  const taken = new Uint8Array(buffer);
  let [share, isOurs] = [-1, false];
  return (offset) => {
    const asked = Math.floor(offset / shareBytes);
    if (asked !== share) [share, isOurs] = [asked, Atomics.exchange(taken, asked, 1) === 0];
    return isOurs;
  };
};
