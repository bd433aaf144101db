import { KitwrightError } from '../errors/KitwrightError.ts';
import { giveBackMemory } from './giveBackMemory.ts';
import type { Look } from './Look.ts';
import { lookOnce } from './lookOnce.ts';
import { createLookScan } from './lookScan.ts';
import type { WatchOptions } from './WatchOptions.ts';
import type { WatchState } from './WatchState.ts';

/** A look before its scan. */
export type LookParts = Omit<Look, 'scan'>;

/** What a look came to. */
export interface Looked {
  readonly committed: boolean;
  /** Time until the next look, in ms. */
  readonly pause: number;
  /** Is something not packed that may be a little later? */
  readonly again: boolean;
}

/** A look, and what it found for those who show it. */
export async function lookAndTell(parts: LookParts, hinted = true): Promise<Looked> {
  const { options, state, request } = parts;
  if (request === 'hurry') state.hurries = true;
  const look: Look = { ...parts, scan: createLookScan(parts) };
  const at = options.clock.now();
  const started = performance.now();
  const looked = await lookUnlessUnchanged(look, hinted);
  const { committed, pause } = looked;
  const { files, waiting } = state;
  const [elapsed, next] = [performance.now() - started, options.clock.now() + pause];
  options.onLook?.({ at, elapsed, files, next, waiting, committed, hinted: options.hints.working(), request });
  state.looks++;
  return looked;
}

/** A look in full, unless nobody said that something happened and the tree is what the last look found complete. */
async function lookUnlessUnchanged(look: Look, hinted: boolean): Promise<Looked> {
  const { state, options, request, final } = look;
  if (!hinted && !request && !final && (await look.scan.isUnchanged())) {
    tidy(state);
    return { committed: false, pause: pauseAfter(state, options), again: false };
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
    const committed = await lookOrWait(look);
    state.failure = '';
    if (before !== incomplete(state)) options.onWaiting(state.waiting.filter(({ timeOnly }) => !timeOnly));
    return { committed, pause: pauseAfter(state, options), again: state.waiting.length > 0 };
  } catch (error) {
    if (!isPassing(error) || (!state.plan && !isExpected(error))) throw error;
    if (error.code !== 'content-changed' && error.message !== state.failure) options.onFailure(error);
    state.failure = error.message;
    return { committed: false, pause: failurePause, again: error.code === 'content-changed' };
  }
}

/** A path of the Kitfile that the training has yet to make is waited for; after its end it is a mistake. */
async function lookOrWait(look: Look): Promise<boolean> {
  const { options, state, final } = look;
  try {
    return await lookOnce(look);
  } catch (error) {
    if (final || !(error instanceof KitwrightError) || error.code !== 'layer-path-missing') throw error;
    const until = options.clock.now() + failurePause;
    state.waiting = [{ path: String(error.data['path']), reason: 'it does not exist yet', timeOnly: false, until }];
    return false;
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
