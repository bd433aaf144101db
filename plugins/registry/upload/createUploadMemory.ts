import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectories } from '@kitwright/core/plugin';
import type { RegistryOptions } from '../RegistryOptions.ts';

/** Stores unfinished uploads, so that another process can resume them. */
export interface UploadMemory {
  /** `key` is the digest of the blob, or identifies its source while the digest is not known. */
  readonly recall: (key: string) => URL | undefined;
  readonly remember: (key: string, location: URL) => void;
  readonly forget: (key: string) => void;
}

/** Registries drop an upload after some time; one older than this (ms) is not tried. */
const maxAge = 24 * 3_600_000;

/** The file name is made of blob and repository. The file is private, because a URL may hold a signature. */
export function createUploadMemory(origin: URL, repository: string, { home }: RegistryOptions): UploadMemory {
  const folder = join(home, 'uploads');
  const fileOf = (key: string) =>
    join(folder, createHash('sha256').update(`${origin.origin}\n${repository}\n${key}`).digest('hex'));
  return {
    recall: (key) => {
      try {
        const { location, at } = JSON.parse(readFileSync(fileOf(key), 'utf8')) as Remembered;
        const url = new URL(location);
        return url.origin === origin.origin && Date.now() - at < maxAge ? url : undefined;
      } catch {
        // A file that cannot be read is ignored.
        return undefined;
      }
    },
    remember: (key, location) => {
      try {
        makeDirectories(folder, 0o700);
        const [path, text] = [
          fileOf(key),
          JSON.stringify({ location: location.href, at: Date.now() } satisfies Remembered),
        ];
        // Not synced: the disk is busy reading the blob, and if the file is lost, the upload only starts again.
        writeFileSync(`${path}.${process.pid}`, text, { mode: 0o600 });
        renameSync(`${path}.${process.pid}`, path);
      } catch {
        // Without the file the upload only starts again after a crash.
      }
    },
    forget: (key) => rmSync(fileOf(key), { force: true }),
  };
}

interface Remembered {
  readonly location: string;
  readonly at: number;
}
