import { resolve } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import { checkDirectory } from '../plan/checkDirectory.ts';
import { createAlarm } from './Alarm.ts';
import type { Look } from './Look.ts';
import { type LookParts, lookAndTell } from './lookAndTell.ts';
import { sayOnce } from './sayOnce.ts';
import { finish, type WatchOptions, type WatchRequest } from './WatchOptions.ts';
import { createWatchState, type WatchState } from './WatchState.ts';

/** How long to wait after a hint, in ms, so that one look serves the hints that follow. */
const gatherTime = 100;

/**
 * Follows a directory: a first kit, then one for every complete change, until `stop` is aborted. Hints only start a
 * look; a scan decides, before every commit and at least every R seconds. Temporary failures are reported and retried; throws
 * `kit-not-made` if there was no kit, or if the last look failed.
 */
export async function watchKit(given: Kitwright, options: WatchOptions): Promise<number> {
  checkDirectory(resolve(options.directory));
  const kitwright = sayOnce(given);
  const state = createWatchState();
  const alarm = createAlarm(options.clock.later);
  const gathering = createAlarm(options.clock.later);
  const ringBoth = () => {
    options.treeScan.hurry();
    alarm.ring();
    gathering.ring();
  };
  let hinted = false;
  options.hints.onHint(() => {
    hinted = true;
    options.treeScan.hurry();
    alarm.ring();
  });
  options.stop.addEventListener('abort', ringBoth);
  const takeRequest = createRequests(options, ringBoth);
  const start = once(options.onStart);
  const look = { kitwright, options, state, final: false, warn: warning(given) };
  while (!options.stop.aborted) {
    const wasHinted = hinted;
    hinted = false;
    const { pause } = await lookAndTell({ ...look, request: takeRequest() }, wasHinted);
    start();
    if (options.stop.aborted) break;
    await alarm.wait(pause);
    // A look that was due anyway need not wait for more hints.
    if (hinted && !options.stop.aborted) await gathering.wait(gatherTime);
  }
  // A request in the last moment still gets its look.
  const request = takeRequest();
  if (options.stop.reason === finish) await lastLooks(look);
  else if (request) await lookAndTell({ ...look, request });
  if (state.count === 0 && !state.isUnchanged) throw noKit(state);
  if (state.failure) throw lastFailed(state);
  return state.count;
}

function warning(kitwright: Kitwright): Look['warn'] {
  return (message) => kitwright.diagnostic({ level: 'warning', message });
}

/** How long (ms) after the end of the writers an incomplete file that still changes is left out. */
const longestEnd = 60_000;

/** Looks after the end of the writers, until a kit holds their last files. */
async function lastLooks(look: Omit<LookParts, 'request'>): Promise<void> {
  const { clock } = look.options;
  const end = clock.now() + longestEnd;
  for (;;) {
    const { pause, again } = await lookAndTell({ ...look, final: true, request: undefined });
    if (!again || clock.now() >= end) return;
    await createAlarm(clock.later).wait(pause);
  }
}

function noKit({ waiting, failure }: WatchState): KitwrightError {
  const waited = waiting.slice(0, 3).map(({ path, reason }) => `${path} (${reason})`);
  const why =
    failure.replace(/^[\w-]+: /, '') ||
    (waited.length ? `it waited for ${waited.join(', ')}` : 'it was stopped before the first one');
  return new KitwrightError('kit-not-made', `The watch ended without a kit: ${why.replace(/\.$/, '')}.`);
}

/** An earlier kit is no excuse: what the directory holds now is in none. */
function lastFailed({ failure }: WatchState): KitwrightError {
  const why = failure.replace(/^[\w-]+: /, '').replace(/\.$/, '');
  return new KitwrightError('kit-not-made', `The last changes are in no kit: ${why}.`, {
    hint: 'The kits that were made before are complete.',
  });
}

/** The strongest request since the last look. */
function createRequests({ onRequest }: WatchOptions, ring: () => void) {
  const strength: readonly WatchRequest[] = ['look', 'hurry', 'now', 'everything'];
  let asked: WatchRequest | undefined;
  onRequest?.((request) => {
    if (!asked || strength.indexOf(request) > strength.indexOf(asked)) asked = request;
    ring();
  });
  return (): WatchRequest | undefined => {
    const request = asked;
    asked = undefined;
    return request;
  };
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}
