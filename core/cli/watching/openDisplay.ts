import type { WatchOptions } from '@kitwright/core/internal/builds';
import { createWatchDashboard } from '../dashboard/watchDashboard.ts';
import type { Session } from '../Session.ts';
import { onWarning } from '../signals/onWarning.ts';
import type { KitPusher } from './kitPusher.ts';
import type { WatchMode } from './openHints.ts';
import type { WatchFeed } from './watchFeed.ts';
import { createWatchTerminal } from './watchTerminal.ts';

/** What users see of a watch, and their requests to it. */
export interface WatchDisplay extends AsyncDisposable {
  readonly listeners: Pick<WatchOptions, 'onRequest' | 'onLook'>;
  /** Aborted when the user quits. */
  readonly quit: AbortSignal;
}

export interface DisplayOptions {
  readonly session: Session;
  readonly feed: WatchFeed;
  readonly directory: string;
  readonly mode: WatchMode;
  readonly pusher: KitPusher | undefined;
  /** Are there footer and keys? With a training command the terminal belongs to it. */
  readonly enabled: boolean;
  /** Show the page at once. */
  readonly ui: boolean | undefined;
  /** The port of the page; a free one if undefined. */
  readonly uiPort: number | undefined;
}

/** Footer, keys and page of a watch. */
export async function openDisplay(options: DisplayOptions): Promise<WatchDisplay> {
  const { session, feed, mode, pusher, enabled } = options;
  const dashboard = createWatchDashboard(session, feed, options.directory, options.uiPort);
  if (options.ui || options.uiPort !== undefined) await dashboard.show();
  const terminal = createWatchTerminal({ session, feed, mode, pusher, enabled, openPage: dashboard.open });
  return {
    quit: terminal.quit,
    listeners: {
      onRequest: (listener) => {
        terminal.onRequest(listener);
        onWarning(() => listener('hurry'));
      },
      onLook: (look) => {
        terminal.onLook(look);
        dashboard.onLook(look);
      },
    },
    [Symbol.asyncDispose]: async () => {
      terminal[Symbol.dispose]();
      await dashboard[Symbol.asyncDispose]();
    },
  };
}
