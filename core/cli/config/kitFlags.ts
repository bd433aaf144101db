import { join, resolve } from 'node:path';
import type { PackFlags } from '../options/packOptions.ts';
import type { Project } from '../Session.ts';
import type { FoundConfig } from './FoundConfig.ts';
import { listKits, type ProjectKit } from './projectKits.ts';

/**
 * The flags for one kit of the config: the kit's own settings, except for flags that were typed or come from the
 * environment, which take precedence.
 */
export function kitFlags<F extends PackFlags>({ given }: Project, { kit, directory }: ProjectKit, flags: F): F {
  const { directory: _, file, push, ...settings } = kit;
  const own = {
    ...settings,
    ...(push === undefined ? {} : { pushTo: push }),
    ...(file === undefined ? {} : { file: join(directory, file) }),
  };
  return { ...flags, ...Object.fromEntries(Object.entries(own).filter(([key]) => !given.has(key))) };
}

/** The kit of the config for this directory (and this Kitfile, if the directory has several kits). */
export function kitOfDirectory(
  found: FoundConfig | undefined,
  directory: string,
  file: string | undefined,
): ProjectKit | undefined {
  const here = listKits(found).filter((kit) => kit.directory === resolve(directory));
  // A typed Kitfile may be relative to the current directory or to the packed one.
  const typed = file === undefined ? undefined : [resolve(file), resolve(directory, file)];
  const fitting = typed ? here.filter((kit) => typed.includes(join(kit.directory, kit.kit.file ?? 'Kitfile'))) : here;
  return fitting.length === 1 ? fitting[0] : undefined;
}
