import { dirname } from 'node:path';
import {
  defaultTag,
  formatReference,
  type KitName,
  KitwrightError,
  type Reference,
  repositoryOf,
  shellWord,
} from '@kitwright/core/internal';
import { keepNames, type NameKeeper } from '../config/keepNames.ts';
import { kitFlags, kitOfDirectory } from '../config/kitFlags.ts';
import type { WatchFlags } from '../options/addWatchFlags.ts';
import type { Project, Session } from '../Session.ts';
import { watchedName } from './watchedName.ts';

/** A directory of a watch, with the name of its kits and its settings from flags and config. */
export interface WatchedDirectory {
  readonly directory: string;
  readonly name: Reference;
  readonly flags: WatchFlags;
  readonly keeper: NameKeeper | undefined;
}

/** The settings of each watched directory. Throws `usage` if several watches would conflict, `config-untrusted`. */
export function watchedDirectories(
  { project, stores }: Pick<Session, 'project' | 'stores'>,
  directories: readonly string[],
  flags: WatchFlags,
): readonly WatchedDirectory[] {
  if (directories.length > 1) refuseFlagsOfOne(flags, directories.length);
  const watched = directories.map((directory) => {
    const kit = kitOfDirectory(project.found, directory, flags.file);
    if (flags.keep !== undefined) requireOwnChoice(project, kit?.kit.tag);
    const own = kit ? kitFlags(project, kit, flags) : flags;
    const name = watchedName(own.tag, directory);
    const keeper = keepNames({ project, stores }, kit?.kit);
    // Now, since a training may run already when its first kit is made.
    keeper?.onNames(stores().local.list().filter(isNamed(name)));
    return { directory, flags: own, name, keeper };
  });
  requireOwnNames(watched);
  return watched;
}

function isNamed(name: Reference): (other: KitName) => boolean {
  const tags = [name.reference ?? defaultTag, ...name.extraTags];
  return ({ repository, tag }) => repository === repositoryOf(name) && tag !== undefined && tags.includes(tag);
}

/** Several directories cannot share a name, a Kitfile, a repository or a page. */
function refuseFlagsOfOne({ tag, file, push, ui }: WatchFlags, count: number): void {
  const given = { '--tag': tag, '--file': file, '--push': push, '--ui': ui };
  const flag = Object.entries(given).find(([, value]) => value !== undefined)?.[0];
  if (flag === undefined) return;
  throw new KitwrightError('usage', `${flag} is for one directory, and ${count} would be watched.`, {
    hint: 'Start a watch for each directory, or set "tag" and "file" of each kit in the config.',
  });
}

/**
 * `--keep` removes kits of a repository: who wrote a config that is not trusted does not choose which of the user's that
 * is. Throws `config-untrusted`.
 */
function requireOwnChoice({ found, given }: Project, tag: string | undefined): void {
  if (found?.within === undefined || tag === undefined || given.has('tag')) return;
  const text = '--keep removes kits, and the config, which is not trusted, says which by its "tag".';
  throw new KitwrightError('config-untrusted', text, {
    source: { file: found.path },
    hint: `Say it yourself with --tag; or, if you trust who wrote it: "kitwright trust ${shellWord(dirname(found.path))}".`,
  });
}

function requireOwnNames(watched: readonly WatchedDirectory[]): void {
  for (const [name, [first, second]] of Map.groupBy(watched, ({ name }) => formatReference(name)))
    if (first && second)
      throw new KitwrightError(
        'usage',
        `Kits of ${first.directory} and of ${second.directory} would both be ${name}.`,
        {
          hint: 'Name the kits of these directories in the config, or start a watch for each with --tag.',
        },
      );
}
