import { exitCodes } from '@kitwright/core/internal';
import { withOrigins } from '../loading/withOrigin.ts';
import { asKitwrightError } from '../output/errorText.ts';
import { reportError } from '../output/reportError.ts';
import type { Session } from '../Session.ts';
import type { Training } from './createTraining.ts';
import type { KitActions } from './kitActions.ts';
import type { WatchFeed } from './watchFeed.ts';

/** Waits for the watch, for the actions of its kits and for the training; returns the exit status. */
export async function statusAtEnd(
  session: Session,
  feed: WatchFeed,
  watching: Promise<number>,
  training: Training,
  actions: KitActions,
): Promise<number> {
  try {
    const kits = await watching.catch(async (error: unknown) => {
      // The kits that were made before are pushed all the same.
      if (asKitwrightError(error).code === 'kit-not-made') await actions.drain();
      throw error;
    });
    await actions.drain();
    feed.emit({ type: 'end', kits });
  } catch (error) {
    const status = training.status();
    if (!status) {
      await actions.cancel();
      throw error;
    }
    // The training is worth more than its kits, so it runs to its end.
    reportError(withOrigins(asKitwrightError(error), session.project.plugins), session.output, session.options);
    return (await status) || 1;
  }
  // The training's own failure says more.
  return (await training.status()) || (actions.pusher?.refusal() ? exitCodes.refused : exitCodes.ok);
}
