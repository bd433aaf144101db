import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  errnoOf,
  fileId,
  KitwrightError,
  type OpenDirectory,
  openDirectory,
  readUpTo,
  systemError,
  textOf,
} from '@kitwright/core/internal';
import type { ConfigFile } from './ConfigFile.ts';

/** The largest config file, in bytes. */
const maxBytes = 1024 * 1024;

// Opening a pipe must not wait for a writer. Windows has neither flag.
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Whether the last part of a path may be a link. */
export type LinkRule = 'follow-links' | 'refuse-links';

/** Reads a config file once: a plain file of a bounded size. Throws `config-invalid`, `file-unreadable`. */
export function openConfig(path: string, links: LinkRule): ConfigFile {
  using folder = openFolder(path);
  const at = textOf(folder.path);
  const fd = open(join(at, basename(path)), links, path);
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw unusable(path, 'is no plain file');
    const bytes = readUpTo(fd, maxBytes, stats.size);
    if (!bytes) throw unusable(path, `has more than ${maxBytes} bytes`);
    const id = fileId(statSync(`${at}/.`, { bigint: true }));
    return { path, bytes, owner: stats.uid, folder: id };
  } finally {
    closeSync(fd);
  }
}

function openFolder(path: string): OpenDirectory {
  try {
    return openDirectory(dirname(path));
  } catch (error) {
    throw systemError(error, 'file-unreadable', 'read', path);
  }
}

function open(path: string, links: LinkRule, shown: string): number {
  try {
    return openSync(path, links === 'refuse-links' ? flags | (constants.O_NOFOLLOW ?? 0) : flags);
  } catch (error) {
    if (links === 'refuse-links' && errnoOf(error) === 'ELOOP') throw unusable(shown, 'is a link');
    throw systemError(error, 'file-unreadable', 'read', shown);
  }
}

function unusable(path: string, why: string): KitwrightError {
  return new KitwrightError('config-invalid', `The config file ${why}.`, { source: { file: path } });
}
