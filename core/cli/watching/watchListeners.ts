import type { WatchOptions } from '@kitwright/core/internal';
import type { WatchDashboard } from '../dashboard/watchDashboard.ts';
import { errorText } from '../output/errorText.ts';
import type { Session } from '../Session.ts';
import { onWarning } from '../signals/onWarning.ts';
import { failedEvent } from './kitEvent.ts';
import type { WatchFeed } from './watchFeed.ts';
import type { WatchTerminal } from './watchTerminal.ts';

interface Listening {
  readonly session: Session;
  readonly feed: WatchFeed;
  readonly terminal: WatchTerminal;
  readonly dashboard: WatchDashboard;
}

/** Shows what a watch sees and waits for, and what failed and may go better at its next look. */
export function watchListeners({
  session: { options, output },
  feed,
  terminal,
  dashboard,
}: Listening): Pick<WatchOptions, 'onRequest' | 'onLook' | 'onWaiting' | 'onFailure'> {
  return {
    onRequest: (listener) => {
      terminal.onRequest(listener);
      onWarning(() => listener('look'));
    },
    onLook: (look) => {
      terminal.onLook(look);
      dashboard.onLook(look);
    },
    onWaiting: (waiting) =>
      feed.emit({ type: 'waiting', waiting: waiting.map(({ path, reason }) => ({ path, reason })) }),
    onFailure: (error) => {
      feed.emit(failedEvent(error));
      if (!options.json && error.code !== 'layer-path-missing') output.message(errorText(error, options.verbose > 0));
    },
  };
}
