import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { atomicWrite, errnoOf, makeDirectories, systemError } from '@kitwright/core/internal';
import type { TimedEvent } from './WatchEvent.ts';

/** The stored events of the watches of one directory, from which the report is made. */
export interface WatchHistory {
  /** The events, oldest first; lines that are torn or not ours are left out. */
  readonly read: () => readonly TimedEvent[];
  readonly add: (event: TimedEvent) => void;
}

/** Version of the lines. */
export const historyVersion = 1;
/** Above this many bytes the older half is dropped when a watch begins. */
const maxBytes = 16 * 1024 * 1024;

/** The history of a directory, below the root of the data. */
export function openHistory(home: string, directory: string): WatchHistory {
  const name = createHash('sha256').update(realPath(directory)).digest('hex').slice(0, 32);
  const path = join(home, 'watches', `${name}.ndjson`);
  const text = (): string => {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return '';
      throw systemError(error, 'store-failed', 'read', path);
    }
  };
  /** Drops half of the lines if there are too many, and ends a line that a crash left torn. */
  const tidy = (): void => {
    const all = text();
    const half = all.length > maxBytes ? all.slice(all.indexOf('\n', all.length / 2) + 1) : all;
    const whole = half === '' || half.endsWith('\n') ? half : `${half}\n`;
    if (whole !== all) atomicWrite(path, whole);
  };
  let isTidy = false;
  return {
    read: () => text().split('\n').flatMap(parseLine),
    add: (event) => {
      try {
        makeDirectories(dirname(path), 0o700);
        if (!isTidy) tidy();
        isTidy = true;
        appendFileSync(path, `${JSON.stringify({ v: historyVersion, ...event })}\n`, { mode: 0o600 });
      } catch (error) {
        throw systemError(error, 'store-failed', 'write', path);
      }
    },
  };
}

function realPath(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return resolve(directory);
  }
}

function parseLine(line: string): readonly TimedEvent[] {
  try {
    const value = JSON.parse(line) as { readonly v?: unknown } & TimedEvent;
    const { v, ...event } = value;
    const known = v === historyVersion && typeof event.type === 'string' && Number.isFinite(event.at);
    return known ? [event as TimedEvent] : [];
  } catch {
    return [];
  }
}
