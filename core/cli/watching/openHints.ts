import { resolve } from 'node:path';
import { isLocalFileSystem } from '@kitwright/core/internal';
import { fileHints, type Hints, noHints } from '@kitwright/core/internal/builds';
import type { Session } from '../Session.ts';
import { watcherNotice } from './watcherNotice.ts';

/** How changes are found: by events and scans, or by scans only. */
export type WatchMode = 'events' | 'scan';

export interface OpenedHints extends AsyncDisposable {
  readonly hints: Hints;
  readonly mode: WatchMode;
}

/**
 * Listens to the events of a local directory. On other file systems events are not reliable, so it gives a message and
 * listens to none.
 */
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

/** A watcher may fail for each directory, but there is one message. */
function warnOnce(session: Session): (error: unknown) => void {
  let warned = false;
  return (error) => {
    if (warned) session.debug(String(error));
    else session.warn(watcherNotice(error));
    warned = true;
  };
}
