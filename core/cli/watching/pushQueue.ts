import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { atomicWrite, type Descriptor, makeDirectories, parseDescriptor, systemError } from '@kitwright/core/internal';

/**
 * The kit that is still to be pushed to one repository: the newest one, stored on disk, so that it survives the watch.
 */
export interface PushQueue {
  readonly pending: () => PendingPush | undefined;
  readonly put: (push: PendingPush) => void;
  /** Removes a kit that was pushed, unless a newer one has replaced it. */
  readonly done: (push: PendingPush) => void;
}

/** A kit that is to be pushed. */
export interface PendingPush {
  readonly root: Descriptor;
  /** The number that the kit had in its watch. */
  readonly count: number;
  readonly tags: readonly string[];
}

/** The queue for one place, below the root of the data. */
export function openPushQueue(home: string, key: string): PushQueue {
  const folder = join(home, 'pushes');
  const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
  const path = join(folder, `${name}.json`);
  const pending = (): PendingPush | undefined => {
    try {
      return parse(readFileSync(path, 'utf8'));
    } catch {
      return undefined;
    }
  };
  return {
    pending,
    put: (push) => {
      try {
        makeDirectories(folder, 0o700);
        atomicWrite(path, `${JSON.stringify(push)}\n`);
      } catch (error) {
        throw systemError(error, 'store-failed', 'write', path);
      }
    },
    done: ({ root }) => {
      if (pending()?.root.digest === root.digest) rmSync(path, { force: true });
    },
  };
}

const tag = /^\w[\w.-]{0,127}$/;

/** A file that cannot be read, or is not ours, is ignored. */
function parse(text: string): PendingPush | undefined {
  try {
    const { root, count, tags } = JSON.parse(text) as Record<string, unknown>;
    if (!Number.isSafeInteger(count) || !Array.isArray(tags) || !tags.every((each) => tag.test(String(each))))
      return undefined;
    return { root: parseDescriptor(root), count: count as number, tags };
  } catch {
    return undefined;
  }
}
