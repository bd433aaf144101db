import { resolve } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import { checkDirectory } from '../plan/checkDirectory.ts';
import { createAlarm } from './Alarm.ts';
import { giveBackMemory } from './giveBackMemory.ts';
import type { Look } from './Look.ts';
import { lookOnce } from './lookOnce.ts';
import { createLookScan } from './lookScan.ts';
import { sayOnce } from './sayOnce.ts';
import { finish, type WatchOptions, type WatchRequest } from './WatchOptions.ts';
import { createWatchState, type WatchState } from './WatchState.ts';

/** After a hint, others follow: one look for all of them, in ms. */
const gatherTime = 100;

/**
 * Follows a directory: a first kit, then one for every complete change, until `stop` says so. Hints only say when to
 * look; a scan decides, before every commit and at least every R seconds. Failures that may pass are reported and tried
 * again.
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
  while (!options.stop.aborted) {
    const wasHinted = hinted;
    hinted = false;
    const pause = await lookAndTell({ kitwright, options, state, final: false, request: takeRequest() }, wasHinted);
    start();
    if (options.stop.aborted) break;
    await alarm.wait(pause);
    // A look that was due needs no company.
    if (hinted && !options.stop.aborted) await gathering.wait(gatherTime);
  }
  if (options.stop.reason === finish) await lookAndTell({ kitwright, options, state, final: true, request: undefined });
  return state.count;
}

/** The strongest of what was asked for since the last look. */
function createRequests({ onRequest }: WatchOptions, ring: () => void) {
  const strength: readonly WatchRequest[] = ['look', 'now', 'everything'];
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

/** A look, and what it found for those who show it. Gives the time until the next one, in ms. */
async function lookAndTell(parts: Omit<Look, 'scan'>, hinted = true): Promise<number> {
  const { options, state, request } = parts;
  const look: Look = { ...parts, scan: createLookScan(parts) };
  const at = options.clock.now();
  const started = performance.now();
  const { committed, pause } = await lookUnlessUnchanged(look, hinted);
  const { files, waiting } = state;
  const [elapsed, next] = [performance.now() - started, options.clock.now() + pause];
  options.onLook?.({ at, elapsed, files, next, waiting, committed, hinted: options.hints.working(), request });
  return pause;
}

interface Looked {
  readonly committed: boolean;
  /** Time until the next look, in ms. */
  readonly pause: number;
}

/** A look in full, unless nobody said that something happened and the tree is what the last look found complete. */
async function lookUnlessUnchanged(look: Look, hinted: boolean): Promise<Looked> {
  const { state, options, request, final } = look;
  if (!hinted && !request && !final && (await look.scan.isUnchanged())) {
    tidy(state);
    return { committed: false, pause: pauseAfter(state, options) };
  }
  const looked = await lookAndReport(look);
  if (hinted || looked.committed) state.isTidy = false;
  else if (state.waiting.length === 0) tidy(state);
  state.signature = state.waiting.length === 0 && state.failure === '' ? look.scan.signature() : undefined;
  return looked;
}

/** Once after a kit, as soon as nothing more is to be done. */
function tidy(state: WatchState): void {
  if (!state.isTidy) giveBackMemory();
  state.isTidy = true;
}

const longestPause = 60_000;

const shortestPause = 2_000;

/** A scan runs at least this often: so many times what the last one took, within these bounds, in ms. */
const scanFactor = 50;

function pauseAfter({ scanTime, waiting }: WatchState, { clock }: WatchOptions): number {
  const regular = Math.min(longestPause, Math.max(shortestPause, scanTime * scanFactor));
  const now = clock.now();
  const soonest = Math.min(...waiting.map(({ until }) => until - now));
  return Math.max(10, Math.min(regular, soonest));
}

/** After a build that failed, in ms. */
const failurePause = 1_000;

/** Looks, and says what it waits for. */
async function lookAndReport(look: Look): Promise<Looked> {
  const { options, state } = look;
  const before = incomplete(state);
  try {
    const committed = await lookOnce(look);
    state.failure = '';
    if (before !== incomplete(state)) options.onWaiting(state.waiting.filter(({ timeOnly }) => !timeOnly));
    return { committed, pause: pauseAfter(state, options) };
  } catch (error) {
    if (!isPassing(error) || (!state.plan && !isExpected(error))) throw error;
    if (error.code !== 'content-changed' && error.message !== state.failure) options.onFailure(error);
    state.failure = error.message;
    return { committed: false, pause: failurePause };
  }
}

/** What is known to be incomplete; what only takes time is not worth a line. */
function incomplete({ waiting }: WatchState): string {
  return waiting.flatMap(({ path, timeOnly }) => (timeOnly ? [] : [path])).join('\n');
}

function isPassing(error: unknown): error is KitwrightError {
  return error instanceof KitwrightError && error.code !== 'cancelled' && error.code !== 'internal-error';
}

/** What happens before the first kit: files that are being written, or that training has yet to make. */
function isExpected({ code }: KitwrightError): boolean {
  return code === 'content-changed' || code === 'layer-path-missing';
}
