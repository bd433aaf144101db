import { fromNative } from './bytePath.ts';
import { type Fingerprint, isRacy, networkGrain, nowNs, readFingerprint, sameFingerprint } from './fingerprint.ts';

/**
 * Gives what `read` makes of a file, and reads it again only if it is another file, or has changed. `readAt` is the wall
 * clock in nanoseconds: what has just been written may change once more without a trace, and is not remembered.
 */
export function createFileMemo<T>(path: string, read: () => T): (readAt?: bigint) => T {
  let known: { readonly fingerprint: Fingerprint; readonly value: T } | undefined;
  return (readAt = nowNs()) => {
    // Before it is read: then an older one is remembered of a newer value, and never the other way round.
    const fingerprint = readFingerprint(fromNative(path));
    if (known && fingerprint && sameFingerprint(known.fingerprint, fingerprint)) return known.value;
    const value = read();
    // What a link leads to changes without it.
    const isKept =
      fingerprint && (fingerprint.mode & typeBits) === plainFile && !isRacy(fingerprint, readAt, networkGrain);
    known = isKept ? { fingerprint, value } : undefined;
    return value;
  };
}

/** The bits of a mode for the type of a file, and what they are for a plain one (inode(7)). */
const [typeBits, plainFile] = [0o170000, 0o100000];
