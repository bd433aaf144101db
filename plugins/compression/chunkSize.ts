/** Bytes that are decompressed at a time: with Node's 16 KiB the writer would wait for each chunk. */
export const chunkSize = 256 * 1024;
