import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  atomicWrite,
  isDiskFull,
  isGone,
  linkIdentity,
  type ProcessIdentity,
  readIdentity,
} from '@kitwright/core/internal';
import { entryParts } from './Entry.ts';

/** Counts a process among those that use an entry, until it ends. */
export function addUse(folder: string, user: ProcessIdentity): void {
  const path = useOf(folder, user);
  try {
    atomicWrite(path, JSON.stringify(user), folder);
  } catch (error) {
    // What is there can be used on a full disk too.
    if (!isDiskFull(error)) throw error;
    rmSync(path, { force: true });
    linkIdentity(path, user);
  }
}

/** A process says that it needs an entry no more. */
export function dropUse(folder: string, user: ProcessIdentity): void {
  rmSync(useOf(folder, user), { force: true });
}

function useOf(folder: string, user: ProcessIdentity): string {
  const name = createHash('sha256').update(JSON.stringify(user)).digest('hex').slice(0, 32);
  return join(folder, entryParts.uses, name);
}

/** The processes that use an entry; those that are gone are forgotten. */
export function usersOf(folder: string): readonly ProcessIdentity[] {
  const uses = join(folder, entryParts.uses);
  return namesIn(uses).flatMap((name) => {
    const user = userIn(join(uses, name));
    if (user && !isGone(user)) return [user];
    rmSync(join(uses, name), { force: true });
    return [];
  });
}

function userIn(path: string): ProcessIdentity | undefined {
  try {
    return readIdentity(path);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** References by which an entry was asked for. */
export function namesOfEntry(folder: string): readonly string[] {
  try {
    const names: unknown = JSON.parse(textOf(join(folder, entryParts.names)));
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

export function addEntryName(folder: string, name: string): void {
  const names = namesOfEntry(folder);
  if (!names.includes(name))
    atomicWrite(join(folder, entryParts.names), JSON.stringify([...names, name].sort()), folder);
}
