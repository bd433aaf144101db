import { realpathSync, statSync } from 'node:fs';
import { type BytePath, fsPath } from './bytePath.ts';
import { type Fingerprint, fingerprintOf } from './fingerprint.ts';

/**
 * The real path of what a path leads to; undefined where it leads nowhere: to nothing, in a circle (`ELOOP`), over a
 * name that is too long (`ENAMETOOLONG`) or a directory that is closed to us.
 */
export function realPath(path: BytePath): BytePath | undefined {
  try {
    return realpathSync.native(fsPath(path) as string, { encoding: 'latin1' as BufferEncoding });
  } catch {
    return undefined;
  }
}

/** The fingerprint of what a path leads to; undefined where it leads nowhere, as `realPath` says. */
export function targetFingerprint(path: BytePath): Fingerprint | undefined {
  try {
    return fingerprintOf(statSync(fsPath(path), { bigint: true }));
  } catch {
    return undefined;
  }
}
