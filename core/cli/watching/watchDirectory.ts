import { resolve } from 'node:path';
import type { KitSigning } from '@kitwright/core/internal';
import { createTreeScan, watchKit } from '@kitwright/core/internal/builds';
import { formPlugins } from '../options/packOptions.ts';
import { parseLimits, parsePort } from '../options/watchFlags.ts';
import { openAttesting } from '../provenance/openAttesting.ts';
import { readRun } from '../runs/readRun.ts';
import type { Session } from '../Session.ts';
import { findBest, parseBest } from './bestKit.ts';
import type { Training } from './createTraining.ts';
import { createUnpackedNotice } from './createUnpackedNotice.ts';
import { createKitActions } from './kitActions.ts';
import { openDisplay } from './openDisplay.ts';
import { openFeed, tellTroubles } from './openFeed.ts';
import { openHints } from './openHints.ts';
import { ownOutput } from './ownOutput.ts';
import { statusAtEnd } from './statusAtEnd.ts';
import type { WatchedDirectory } from './watchedDirectories.ts';
import { watchSettings } from './watchSettings.ts';

/** What the watches of one command share. */
export interface WatchContext {
  readonly session: Session;
  readonly training: Training;
  /** Empty if there is none. */
  readonly command: readonly string[];
  /** Other directories are watched too: there is no footer, and each line names its directory. */
  readonly several: boolean;
  /** From `--sign`. */
  readonly signing: KitSigning | undefined;
  /** Ends the watch because another one failed. */
  readonly failed: AbortSignal;
}

/** Watches a directory until it is stopped or the training has ended; returns the exit status. */
export async function watchDirectory(
  { directory, name, flags, keeper }: WatchedDirectory,
  { session, training, command, several, failed, signing }: WatchContext,
): Promise<number> {
  const withCommand = command.length > 0;
  const kitwright = session.kitwright({ plugins: await formPlugins(flags), limits: parseLimits(flags) });
  const best =
    flags.best === undefined ? undefined : await findBest(session.stores().local, name, parseBest(flags.best));
  const settings = watchSettings(session, directory, name, flags, { best, command });
  await using watcher = openHints(session, directory);
  await using treeScan = createTreeScan();
  const { hints, mode } = watcher;
  const feed = openFeed(session, directory, { withCommand, several });
  const attesting = openAttesting(session, { directory, flags, signing, command, run: flags.run });
  const actions = createKitActions(session, feed, name, flags, { signing, attesting });
  const { pusher, onKit, onUnchanged } = actions;
  const enabled = !withCommand && !several;
  await using display = await openDisplay({
    session,
    feed,
    directory,
    mode,
    pusher,
    enabled,
    ui: flags.ui,
    uiPort: parsePort(flags.uiPort),
  });
  const run = readRun(settings.annotations?.() ?? {}).fields;
  feed.emit({ type: 'start', directory: resolve(directory), mode, run, ...(flags.best ? { best: flags.best } : {}) });
  const notice = createUnpackedNotice(resolve(directory), session.warn);
  const watching = watchKit(kitwright, {
    ...settings,
    ...display.listeners,
    onLook: (look) => {
      display.listeners.onLook?.(look);
      notice(look);
    },
    ...tellTroubles(session, feed),
    hints,
    treeScan,
    onUnchanged,
    onKit: (kit) => {
      best?.note(kit.progress);
      if (kit.name) keeper?.note(kit.name, kit.kit.root.digest);
      onKit(kit);
    },
    onStart: training.start,
    openFiles: training.openFiles,
    ownOutput: ownOutput(),
    marks: () => training.marksBelow(directory),
    stop: AbortSignal.any([training.stop, display.quit, failed]),
  });
  // Awaited because the resources of the watch are closed when this function returns.
  return await statusAtEnd(session, feed, watching, training, actions);
}
