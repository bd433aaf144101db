import { KitwrightError } from '../errors/KitwrightError.ts';
import { giveBackMemory } from './giveBackMemory.ts';
import type { Look } from './Look.ts';
import { lookOnce } from './lookOnce.ts';
import { createLookScan } from './lookScan.ts';
import type { Waiting } from './Waiting.ts';
import type { WatchOptions } from './WatchOptions.ts';
import type { WatchState } from './WatchState.ts';

/** What a look needs before its scan. */
export type LookParts = Omit<Look, 'scan'>;

/** The result of a look. */
export interface Looked {
  readonly committed: boolean;
  /** Time until the next look, in ms. */
  readonly pause: number;
  /** Is something not packed yet that may be packed soon? */
  readonly again: boolean;
}

/** Makes a look and reports what it found. */
export async function lookAndTell(parts: LookParts, hinted = true): Promise<Looked> {
  const { options, state, request } = parts;
  if (request === 'hurry') state.hurries = true;
  const look: Look = { ...parts, scan: createLookScan(parts) };
  const at = options.clock.now();
  const started = performance.now();
  const looked = await lookUnlessUnchanged(look, hinted);
  const { committed, pause } = looked;
  const { files, paths: layers, waiting } = state;
  const [elapsed, next] = [performance.now() - started, options.clock.now() + pause];
  options.onLook?.({ at, elapsed, files, layers, next, waiting, committed, hinted: options.hints.working(), request });
  state.looks++;
  return looked;
}

/** Makes a full look, unless there was no hint and the tree is the one that the last look found complete. */
async function lookUnlessUnchanged(look: Look, hinted: boolean): Promise<Looked> {
  const { state, options, request, final } = look;
  const left = state.retryAt - options.clock.now();
  if (left > 0 && !request && !final) return { committed: false, pause: left, again: true };
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

/** Frees memory once after a kit, when there is no more work. */
function tidy(state: WatchState): void {
  state.isTidy ||= giveBackMemory();
}

const longestPause = 60_000;

const shortestPause = 2_000;

/** The time between two scans: a multiple of the duration of the last one, within these bounds, in ms. */
const scanFactor = 50;

function pauseAfter({ scanTime, waiting }: WatchState, { clock }: WatchOptions): number {
  const regular = Math.min(longestPause, Math.max(shortestPause, scanTime * scanFactor));
  const now = clock.now();
  const soonest = Math.min(...waiting.map(({ until }) => until - now));
  return Math.max(10, Math.min(regular, soonest));
}

/**
 * Time until the next look after a failed build, in ms; shorter if only a file changed while it was read. It doubles
 * with each failure: a full disk would be filled again and again.
 */
const [failurePause, changePause] = [1_000, 100];

/** Unless somebody asks for a kit, or the training ends. In ms. */
const longestFailurePause = 60_000;

/** Makes a look and reports what it waits for. */
async function lookAndReport(look: Look): Promise<Looked> {
  const { options, state } = look;
  const before = state.reported;
  try {
    const committed = await lookOrWait(look);
    if (state.failures > 0) options.onRecovery?.();
    [state.failure, state.failures] = ['', 0];
    const reported = reportedIn(state, options.clock.now());
    if (before !== pathsIn(reported)) options.onWaiting(reported);
    state.reported = pathsIn(reported);
    return { committed, pause: pauseAfter(state, options), again: state.waiting.length > 0 };
  } catch (error) {
    if (!isPassing(error) || (!state.plan && !isExpected(error))) throw error;
    const again = error.code === 'content-changed';
    if (again) return { committed: false, pause: changePause, again };
    const pause = Math.min(longestFailurePause, failurePause * 2 ** state.failures);
    if (!isReported(error, state)) options.onFailure(error);
    state.failure = `${error.code}: ${error.message}`;
    state.failures++;
    state.retryAt = options.clock.now() + pause;
    return { committed: false, pause, again };
  }
}

/**
 * A missing path of the Kitfile is waited for, because the training may still create it; after its end it is an error.
 */
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

/** A quiet time that takes longer than this (ms) is reported. */
const longQuiet = 3_000;

/** What is known to be incomplete, or is written for a while; not what only waits for a moment to pass. */
function reportedIn({ waiting }: WatchState, now: number): readonly Waiting[] {
  return waiting.filter(({ timeOnly, since }) => !timeOnly || (since !== undefined && now - since >= longQuiet));
}

/** On a full disk each try fails at another file. */
function isReported(error: KitwrightError, { failure }: WatchState): boolean {
  return failure.startsWith(error.code === 'disk-full' ? 'disk-full: ' : `${error.code}: ${error.message}`);
}

function pathsIn(waiting: readonly Waiting[]): string {
  return waiting.map(({ path }) => path).join('\n');
}

function isPassing(error: unknown): error is KitwrightError {
  return error instanceof KitwrightError && error.code !== 'cancelled' && error.code !== 'internal-error';
}

/** Failures that are normal before the first kit: files that are being written or do not exist yet. */
function isExpected({ code }: KitwrightError): boolean {
  return code === 'content-changed' || code === 'layer-path-missing';
}
