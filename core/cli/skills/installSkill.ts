import { copyFileSync, lstatSync, mkdirSync, readdirSync, readlinkSync, renameSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type Existing,
  fromNative,
  KitwrightError,
  makeDirectory,
  type OpenDirectory,
  openOrMakeDirectory,
  systemError,
  textOf,
} from '@kitwright/core/internal';
import { createStaging } from '@kitwright/core/internal/builds';
import type { Agent } from './agents.ts';

export interface InstallOptions {
  readonly agents: readonly Agent[];
  /** Install for this project only; undefined = for all projects of the user. */
  readonly project: string | undefined;
  readonly existing: Existing;
}

/** What became of a skill for one agent. */
export interface InstalledSkill {
  readonly agent: string;
  readonly path: string;
  readonly outcome: 'installed' | 'kept' | 'failed';
  readonly error?: KitwrightError;
}

/** Writes the files of a skill into a folder, which it makes. */
export type SkillSource = (folder: string) => void;

/** The skill is a folder of this machine. Not `cpSync`: it ends the process (abort) where a path is too long. */
export function skillIn(source: string): SkillSource {
  return (folder) => {
    mkdirSync(folder);
    const paths = readdirSync(source, { recursive: true, encoding: 'utf8' }).sort();
    for (const path of paths) copyEntry(join(source, path), join(folder, path));
  };
}

function copyEntry(from: string, to: string): void {
  const stats = lstatSync(from);
  if (stats.isDirectory()) mkdirSync(to);
  else if (stats.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else copyFileSync(from, to);
}

/**
 * Writes a skill into the folder of each agent; agents that share a folder share the skill. One failure does not stop
 * the others.
 */
export function installSkill(source: SkillSource, name: string, options: InstallOptions): readonly InstalledSkill[] {
  const done = new Set<string>();
  return options.agents.map((agent) => {
    const shown = options.project === undefined ? userFolder(agent) : resolve(options.project, agent.project);
    const path = join(shown, name);
    if (done.has(path)) return { agent: agent.name, path, outcome: 'installed' };
    try {
      using folder = openFolder(agent, options.project);
      const outcome = installFor(source, name, { folder: textOf(folder.path), shown }, options.existing);
      done.add(path);
      return { agent: agent.name, path, outcome };
    } catch (error) {
      if (!(error instanceof KitwrightError)) throw error;
      return { agent: agent.name, path, outcome: 'failed', error };
    }
  });
}

function userFolder({ name, user }: Agent): string {
  if (user !== undefined) return user;
  throw new KitwrightError('usage', `The skills of ${name} have no folder: this user has no home.`, {
    hint: 'Install the skill for a project with --dir, or set HOME.',
  });
}

/** A user may link the own folders; links of a project lead nowhere. */
function openFolder(agent: Agent, project: string | undefined): OpenDirectory {
  const shown = project === undefined ? userFolder(agent) : resolve(project);
  try {
    if (project === undefined) return openOrMakeDirectory(shown);
    using opened = openOrMakeDirectory(project);
    return makeDirectory(opened.path, fromNative(agent.project));
  } catch (error) {
    throw systemError(error, 'unpack-refused', 'write to', shown);
  }
}

/** The folder for skills: the path of an open directory, and its own. */
interface Place {
  readonly folder: string;
  readonly shown: string;
}

function installFor(source: SkillSource, name: string, place: Place, existing: Existing): 'installed' | 'kept' {
  const path = join(place.folder, name);
  if (exists(path) && existing === 'keep') return 'kept';
  if (exists(path) && existing === 'refuse') throw refuse(join(place.shown, name));
  install(source, name, place);
  return 'installed';
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function refuse(path: string): KitwrightError {
  return new KitwrightError('unpack-exists', `The skill ${path} already exists.`, {
    data: { path },
    hint: 'Use --overwrite to replace it.',
  });
}

/** The skill gets its name by a rename; one that it replaces stays whole until then. */
function install(source: SkillSource, name: string, { folder, shown }: Place): void {
  const path = join(folder, name);
  try {
    using staging = createStaging(folder, shown);
    const [fresh, old] = [join(staging.path, 'fresh'), join(staging.path, 'old')];
    source(fresh);
    if (exists(path)) renameSync(path, old);
    renameSync(fresh, path);
  } catch (error) {
    throw systemError(error, 'unpack-refused', 'write', join(shown, name));
  }
}

/** One line for each agent, in `kit`'s words. */
export function skillLine(name: string, { agent, path, outcome, error }: InstalledSkill): string {
  if (outcome === 'installed') return `Installed skill '${name}' for ${agent} → ${path}`;
  if (outcome === 'kept') return `Skipped skill '${name}' for ${agent}: already exists (use -o to overwrite)`;
  return `Failed to install skill '${name}' for ${agent}: ${error?.message ?? ''}`;
}

/** Throws the first failure, if there is one. */
export function throwFailure(results: readonly InstalledSkill[]): void {
  const failed = results.find(({ error }) => error)?.error;
  if (failed) throw failed;
}
