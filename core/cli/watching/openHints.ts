import { resolve } from 'node:path';
import { fileHints, type Hints, isLocalFileSystem, noHints } from '@kitwright/core/internal';
import type { Session } from '../Session.ts';
import { watcherNotice } from './watcherNotice.ts';

/** How a directory is followed: by events and scans, or by scans alone. */
export type WatchMode = 'events' | 'scan';

export interface OpenedHints extends AsyncDisposable {
  readonly hints: Hints;
  readonly mode: WatchMode;
}

/** Listens to the events of a local directory; on other file systems they cannot be trusted, which is said. */
export function openHints(session: Session, directory: string): OpenedHints {
  const isLocal = isLocalFileSystem(directory);
  if (!isLocal) session.warn('This is not a local file system: it is scanned, not watched.');
  const hints = isLocal ? fileHints(resolve(directory), warnOnce(session)) : noHints();
  return {
    hints,
    mode: isLocal ? 'events' : 'scan',
    [Symbol.asyncDispose]: () => hints[Symbol.asyncDispose](),
  };
}

/** A watcher may fail for each directory; it is said once. */
function warnOnce(session: Session): (error: unknown) => void {
  let warned = false;
  return (error) => {
    if (warned) session.debug(String(error));
    else session.warn(watcherNotice(error));
    warned = true;
  };
}
