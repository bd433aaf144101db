/** Zeroed bytes, in memory that threads share. */
export function passingBytes(bytes: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(passingSize(bytes)), 0, bytes);
}

/** Smaller ones are not worth it. */
const largeBytes = 256 * 1024;

/** The largest block of which glibc learns (`DEFAULT_MMAP_THRESHOLD_MAX` on 64 bits). */
const learnsUpTo = 32 * 1024 * 1024;

/**
 * How many bytes to ask for where so many are needed for a while. Of each block of up to 32 MiB that is given back
 * glibc learns to keep the next ones, and twice as much that is free at the end of a heap, in each thread (mallopt(3),
 * `M_MMAP_THRESHOLD`). A larger block goes straight back to the system and teaches it nothing; pages that nobody
 * touches cost nothing.
 */
export function passingSize(bytes: number): number {
  return bytes < largeBytes ? bytes : Math.max(bytes, learnsUpTo + 1);
}

/** Zeroed bytes that stay in their thread; the collector of garbage hears of few of them, and soon gives them back. */
export function ownBytes(bytes: number): Uint8Array {
  return bytes < largeBytes ? new Uint8Array(bytes) : passingBytes(bytes);
}

/** Some bytes, one after the other, in such memory. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const all = ownBytes(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}
