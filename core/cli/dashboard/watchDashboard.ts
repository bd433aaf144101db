import { resolve } from 'node:path';
import { systemClock, type WatchLook } from '@kitwright/core/internal/builds';
import { asKitwrightError } from '../output/errorText.ts';
import { otherRuns } from '../runs/otherRuns.ts';
import type { Session } from '../Session.ts';
import type { WatchFeed } from '../watching/watchFeed.ts';
import { openHistory } from '../watching/watchHistory.ts';
import { createRedirect, type Redirect } from './createRedirect.ts';
import { type Dashboard, serveDashboard } from './serveDashboard.ts';

/** The page of a watch, started when somebody wants to see it. */
export interface WatchDashboard extends AsyncDisposable {
  /** Starts the page if it is not there, and says where it is. */
  readonly show: () => Promise<void>;
  /** Shows it in the browser of this machine too. */
  readonly open: () => Promise<void>;
  readonly onLook: (look: WatchLook) => void;
}

export function createWatchDashboard(
  session: Session,
  feed: WatchFeed,
  directory: string,
  port?: number,
): WatchDashboard {
  let started: Promise<Dashboard> | undefined;
  let running: Dashboard | undefined;
  let redirect: Redirect | undefined;
  let last: WatchLook | undefined;
  const tellLook = ({ at, elapsed, files, next }: WatchLook) => running?.look({ at, elapsed, files, next });
  const start = async (): Promise<Dashboard> => {
    const { now } = systemClock;
    const history = openHistory(session.stores().root, directory);
    const early: Parameters<Dashboard['tell']>[0][] = [];
    // The history has what was told until now; what comes while the server starts waits here.
    feed.listen((event) => (running ? running.tell(event) : early.push(event)));
    const others = await otherRuns(session);
    running = await serveDashboard(resolve(directory), history.read(), { now, port, others });
    for (const event of early) running.tell(event);
    if (last) tellLook(last);
    session.output.message(`This watch as a page: ${running.url}`);
    return running;
  };
  const show = () => {
    started ??= start();
    return started;
  };
  return {
    show: telling(session, show),
    open: telling(session, async () => {
      const [{ openBrowser }, { url }] = await Promise.all([import('./openBrowser.ts'), show()]);
      redirect ??= createRedirect(session.stores().root, url);
      // On a machine without a browser, the address was printed.
      await openBrowser(redirect.path);
    }),
    onLook: (look) => {
      last = look;
      tellLook(look);
    },
    [Symbol.asyncDispose]: async () => {
      redirect?.[Symbol.dispose]();
      await (await started?.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}

/** A watch goes on without its page: what fails is told. */
function telling(session: Session, action: () => Promise<unknown>) {
  return async (): Promise<void> => {
    try {
      await action();
    } catch (error) {
      session.warn(`There is no page of this watch. ${asKitwrightError(error).message}`);
    }
  };
}
