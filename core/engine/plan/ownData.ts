import { join, resolve } from 'node:path';
import { fromNative } from '../files/bytePath.ts';
import { realPath } from '../files/followPath.ts';
import { isWithin } from '../files/isWithin.ts';
import type { LocalStore } from '../store/localStore.ts';

/**
 * What is never part of a kit, even if it lies in the packed directory: the root of the data, with logins in it. If it is
 * the packed directory, or that lies in it, the store and the logins.
 */
export function ownData(
  { layout, home }: Pick<LocalStore, 'layout' | 'home'>,
  directory: string,
): readonly [main: string, ...others: string[]] {
  if (home === undefined) return [layout.root];
  const [packed, data] = [directory, home].map((path) => realOf(resolve(path)));
  const isBelow = packed !== undefined && data !== undefined && packed !== data && isWithin(data, packed);
  return isBelow ? [home] : [layout.root, join(home, 'credentials.json')];
}

function realOf(path: string): string {
  const native = fromNative(path);
  return realPath(native) ?? native;
}
