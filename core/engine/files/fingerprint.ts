import { type BigIntStats, lstatSync } from 'node:fs';
import { errnoOf } from '../errors/systemError.ts';
import { type BytePath, fsPath } from './bytePath.ts';

/**
 * What a stat call tells of a file's identity and state. If all six are equal, the content is taken to be equal,
 * unless the entry is racy (`isRacy`). Times are in nanoseconds since 1970.
 */
export interface Fingerprint {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly mode: number;
}

/**
 * The fingerprint of a file. Fingerprints cross threads and disks as 64-bit numbers with a sign: a time after 2262, or
 * an inode of a network file system, that needs the 64th bit is kept as the number which that gives everywhere.
 */
export function fingerprintOf(stats: BigIntStats): Fingerprint {
  const signed = (value: bigint) => BigInt.asIntN(64, value);
  return {
    dev: signed(stats.dev),
    ino: signed(stats.ino),
    size: Number(stats.size),
    mtimeNs: signed(stats.mtimeNs),
    ctimeNs: signed(stats.ctimeNs),
    mode: Number(stats.mode),
  };
}

export function sameFingerprint(a: Fingerprint, b: Fingerprint): boolean {
  return (
    a.size === b.size &&
    a.mtimeNs === b.mtimeNs &&
    a.ctimeNs === b.ctimeNs &&
    a.ino === b.ino &&
    a.dev === b.dev &&
    a.mode === b.mode
  );
}

/** Answers to a path at which nothing can be. */
const nothing: ReadonlySet<string | undefined> = new Set(['ELOOP', 'ENAMETOOLONG', 'ENOTDIR']);

/** The fingerprint of a path without following links; undefined where there is nothing. */
export function readFingerprint(path: BytePath): Fingerprint | undefined {
  try {
    const stats = lstatSync(fsPath(path), { bigint: true, throwIfNoEntry: false });
    return stats && fingerprintOf(stats);
  } catch (error) {
    if (nothing.has(errnoOf(error))) return undefined;
    throw error;
  }
}

/** Identifies a file on this machine, under whatever name. */
export function fileId({ dev, ino }: Pick<Fingerprint, 'dev' | 'ino'>): string {
  return `${BigInt.asIntN(64, dev)}:${BigInt.asIntN(64, ino)}`;
}

/** Unique to this version of a file. */
export function fileVersion({ dev, ino, size, mtimeNs, ctimeNs }: Fingerprint): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join();
}

/** The last change, in ms since 1970. */
export function changedAt({ mtimeNs, ctimeNs }: Fingerprint): number {
  return Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n);
}

/** Time grain of a file system in nanoseconds: changes closer than this may leave a fingerprint equal. */
export const localGrain = 20_000_000n;
export const networkGrain = 2_000_000_000n;

/**
 * git's racy rule: a file changed so shortly before (or after) it was read that a later change could leave the same
 * times is not trusted. `readAt` is the wall clock in nanoseconds before the reading began.
 */
export function isRacy(fingerprint: Fingerprint, readAt: bigint, grain: bigint): boolean {
  const trustedBefore = readAt - grain;
  return fingerprint.mtimeNs >= trustedBefore || fingerprint.ctimeNs >= trustedBefore;
}

export function nowNs(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}
