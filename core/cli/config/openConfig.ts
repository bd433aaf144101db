import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { errnoOf, KitwrightError, systemError } from '@kitwright/core/internal';
import type { ConfigFile } from './ConfigFile.ts';

/** The largest config file, in bytes. */
const maxBytes = 1024 * 1024;

// Opening a pipe must not wait for a writer. Windows has neither flag.
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Whether the last part of a path may be a link. */
export type LinkRule = 'follow-links' | 'refuse-links';

/** Reads a config file once: a plain file of a bounded size. Throws `config-invalid`, `file-unreadable`. */
export function openConfig(path: string, links: LinkRule): ConfigFile {
  const fd = open(path, links);
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw unusable(path, 'is no plain file');
    if (stats.size > maxBytes) throw unusable(path, `has more than ${maxBytes} bytes`);
    return { path, bytes: readFileSync(fd), owner: stats.uid };
  } finally {
    closeSync(fd);
  }
}

function open(path: string, links: LinkRule): number {
  try {
    return openSync(path, links === 'refuse-links' ? flags | (constants.O_NOFOLLOW ?? 0) : flags);
  } catch (error) {
    if (links === 'refuse-links' && errnoOf(error) === 'ELOOP') throw unusable(path, 'is a link');
    throw systemError(error, 'file-unreadable', 'read', path);
  }
}

function unusable(path: string, why: string): KitwrightError {
  return new KitwrightError('config-invalid', `The config file ${why}.`, { source: { file: path } });
}
