import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { KitwrightError } from '@kitwright/core/internal';
import type { Session } from '../Session.ts';
import { scratchFolder } from '../scratchFolder.ts';

/**
 * Keeps standard input in a file below the root of the data while `work` runs: an archive is checked as a whole before
 * anything of it is used, so it must be readable twice. Throws `usage` for a terminal.
 */
export async function withStdinFile<T>(session: Session, work: (path: string) => Promise<T>): Promise<T> {
  if (process.stdin.isTTY) throw new KitwrightError('usage', 'No archive comes from standard input: it is a terminal.');
  using scratch = scratchFolder(session, 'load');
  const path = join(scratch.path, 'stdin.tar');
  await pipeline(process.stdin, createWriteStream(path, { mode: 0o600 }), { signal: session.signal });
  return await work(path);
}
