import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  atomicWrite,
  defaultTag,
  displayRepository,
  type KitName,
  KitwrightError,
  makeDirectories,
  type Reference,
  readPlainFile,
  repositoryOf,
  shellWord,
  systemError,
} from '@kitwright/core/internal';
import type { Session } from '../Session.ts';
import type { KitConfig } from './schema.ts';

/** Decides what becomes of names that other kits of the user's store have, and notes which ones a config gave. */
export interface NameKeeper {
  /** Gets names that kits of the store have, and the digest of the kit that would get them. Throws `config-untrusted`. */
  readonly onNames: (before: readonly KitName[], digest?: string) => void;
  /** A kit got these names. Throws `store-failed`. */
  readonly note: (name: Reference, digest: string) => void;
}

/**
 * Keeps the kits of the store their names where a config that is not trusted chose that of a new kit: whoever wrote it does
 * not decide what `team/model:v1` is from now on. A kit that got the name by a config of the same directory loses it.
 * Undefined where the user chose the name, or trusts the config.
 */
export function keepNames(
  { project: { found, given }, stores }: Pick<Session, 'project' | 'stores'>,
  kit: Pick<KitConfig, 'tag'> | undefined,
): NameKeeper | undefined {
  if (found?.within === undefined || kit?.tag === undefined || given.has('tag')) return undefined;
  const folder = join(stores().root, 'names-by-configs');
  const own = realpathSync(dirname(found.path));
  // Who packs the same kit again did not give it its name.
  const kept = new Set<string>();
  return {
    onNames: (before, digest) => {
      const others = before.filter((name) => giverOf(folder, name) !== giver(own, name.descriptor.digest));
      const lost = others.find(({ descriptor }) => descriptor.digest !== digest);
      if (lost) throw refuse(found.path, lost);
      for (const name of others) kept.add(pathOf(folder, name));
    },
    note: (name, digest) => {
      const [repository, tags] = [repositoryOf(name), [name.reference ?? defaultTag, ...name.extraTags]];
      const paths = tags.map((tag) => pathOf(folder, { repository, tag }));
      for (const path of paths) if (!kept.has(path)) write(folder, path, giver(own, digest));
    },
  };
}

/** Which directory gave the name, and to which kit: another one may have it now. */
function giver(directory: string, digest: string): string {
  return JSON.stringify({ directory, digest });
}

function pathOf(folder: string, { repository, tag }: Pick<KitName, 'repository' | 'tag'>): string {
  return join(folder, createHash('sha256').update(`${repository}:${tag}`).digest('hex'));
}

/** Bytes. */
const limit = 64 * 1024;

function giverOf(folder: string, name: KitName): string | undefined {
  try {
    return readPlainFile(pathOf(folder, name), limit).toString();
  } catch {
    return undefined;
  }
}

function write(folder: string, path: string, text: string): void {
  try {
    makeDirectories(folder, 0o700);
    atomicWrite(path, text);
  } catch (error) {
    throw systemError(error, 'store-failed', 'write', path);
  }
}

function refuse(file: string, { repository, tag, descriptor: { digest } }: KitName): KitwrightError {
  const name = `${displayRepository(repository)}:${tag}`;
  const message = `The config, which is not trusted, would take the name ${name} from another kit, ${digest}.`;
  return new KitwrightError('config-untrusted', message, {
    data: { name, digest },
    source: { file },
    hint: `Say it yourself: --tag ${name}; or, if you trust who wrote it: "kitwright trust ${shellWord(dirname(file))}".`,
  });
}
