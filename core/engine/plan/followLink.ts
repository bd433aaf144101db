import { accessSync, constants } from 'node:fs';
import { type BytePath, baseOf, fromNative, fsPath, parentOf } from '../files/bytePath.ts';
import { type Fingerprint, readFingerprint } from '../files/fingerprint.ts';
import { fingerprintBelow } from '../files/fingerprintBelow.ts';
import { realPath } from '../files/followPath.ts';
import { hubBlobs } from '../files/hubBlobs.ts';
import { isWithin } from '../files/isWithin.ts';
import { typeOf } from '../files/walk.ts';
import type { PackedDirectory } from './openPacked.ts';

/** Where links may lead: real paths. */
export interface LinkBounds {
  /** The packed directory. */
  readonly directory: BytePath;
  readonly seen: Fingerprint | undefined;
  /** Files in this one, where the packed directory is a snapshot of the hub's cache. */
  readonly blobs: SeenDirectory | undefined;
}

interface SeenDirectory {
  readonly path: BytePath;
  readonly seen: Fingerprint;
}

export function linkBounds(directory: BytePath, packed: PackedDirectory): LinkBounds {
  const real = realPath(directory) ?? directory;
  return { directory: real, seen: packed.seen, blobs: blobsOf(real, packed) };
}

/** From the open directory, because the real path may be that of another one by now. */
function blobsOf(real: BytePath, { at }: PackedDirectory): SeenDirectory | undefined {
  const blobs = hubBlobs(real);
  const seen = blobs && readFingerprint(`${fromNative(at)}/${blobs.relative}`);
  return blobs && seen && typeOf(seen.mode) === 'directory' ? { path: blobs.path, seen } : undefined;
}

/** What is at the end of a link: something to pack under its name (`target` is its real path), or a reason not to. */
export type Followed =
  | { readonly outcome: 'file' | 'directory'; readonly target: BytePath; readonly fingerprint: Fingerprint }
  | { readonly outcome: 'nowhere' | 'outside' | 'special' | 'unreadable' };

/** Follows the link at an absolute path to its end; where it passes through does not matter. */
export function followLink(bounds: LinkBounds, path: BytePath): Followed {
  const target = realPath(path);
  if (target === undefined) return { outcome: 'nowhere' };
  const isInside = isWithin(target, bounds.directory);
  const { blobs } = bounds;
  const isBlob = parentOf(target) === blobs?.path;
  if (!isInside && !isBlob) return { outcome: 'outside' };
  // Between the two calls a link may have come that leads elsewhere.
  const fingerprint = isInside
    ? fingerprintBelow(bounds.directory, belowOf(bounds.directory, target), bounds.seen)
    : fingerprintBelow(parentOf(target), baseOf(target), blobs?.seen);
  if (!fingerprint) return { outcome: 'nowhere' };
  const type = typeOf(fingerprint.mode);
  if (!isInside && type !== 'file') return { outcome: 'outside' };
  if (type !== 'file' && type !== 'directory') return { outcome: 'special' };
  return isReadable(target, type) ? { outcome: type, target, fingerprint } : { outcome: 'unreadable' };
}

function belowOf(directory: BytePath, path: BytePath): BytePath {
  return path === directory ? '.' : path.slice(directory === '/' ? 1 : directory.length + 1);
}

const { R_OK, X_OK } = constants;

function isReadable(path: BytePath, type: 'file' | 'directory'): boolean {
  try {
    accessSync(fsPath(path), type === 'file' ? R_OK : R_OK | X_OK);
    return true;
  } catch {
    return false;
  }
}
