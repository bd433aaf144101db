import { join, resolve } from 'node:path';
import type { PackFlags } from '../options/packOptions.ts';
import type { Project } from '../Session.ts';
import type { FoundConfig } from './FoundConfig.ts';
import { listKits, type ProjectKit } from './projectKits.ts';

/**
 * The flags for one kit of the config: what is said there of the kit, unless a flag was typed or comes from the
 * environment; those go before everything in the config.
 */
export function kitFlags<F extends PackFlags>({ given }: Project, { kit, directory }: ProjectKit, flags: F): F {
  const { directory: _, file, ...settings } = kit;
  const own = { ...settings, ...(file === undefined ? {} : { file: join(directory, file) }) };
  return { ...flags, ...Object.fromEntries(Object.entries(own).filter(([key]) => !given.has(key))) };
}

/** The kit of the config that is packed from this directory (and this Kitfile, where several are). */
export function kitOfDirectory(
  found: FoundConfig | undefined,
  directory: string,
  file: string | undefined,
): ProjectKit | undefined {
  const here = listKits(found).filter((kit) => kit.directory === resolve(directory));
  // A typed Kitfile may be meant from here or from the directory.
  const typed = file === undefined ? undefined : [resolve(file), resolve(directory, file)];
  const fitting = typed ? here.filter((kit) => typed.includes(join(kit.directory, kit.kit.file ?? 'Kitfile'))) : here;
  return fitting.length === 1 ? fitting[0] : undefined;
}
