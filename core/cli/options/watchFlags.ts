import { KitwrightError, type Limits } from '@kitwright/core/internal';
import { ignoreMatcher, type Pace } from '@kitwright/core/internal/builds';

export function parseQuiet(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw usage(`--quiet needs a time in milliseconds, not ${JSON.stringify(text)}.`);
}

function usage(message: string, hint?: string): KitwrightError {
  return new KitwrightError('usage', message, hint ? { hint } : {});
}

export interface PaceFlags {
  readonly every?: string;
  readonly onCheckpoint?: string;
}

/** How often kits are made. Throws `usage`. */
export function parsePace({ every, onCheckpoint }: PaceFlags): Pace {
  return {
    ...(every === undefined ? {} : parseEvery(every)),
    ...(onCheckpoint === undefined ? {} : { only: parsePattern(onCheckpoint) }),
  };
}

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `5` = one kit for five checkpoints; `90s`, `10m`, `2h` = at most one kit in this time. */
function parseEvery(text: string): Pick<Pace, 'interval' | 'checkpoints'> {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([smh]?)$/.exec(text) ?? [];
  if (count === '')
    throw usage(`--every needs a number of checkpoints (5) or a time (90s, 10m, 2h), not ${JSON.stringify(text)}.`);
  return unit ? { interval: Number(count) * (units[unit] ?? 0) } : { checkpoints: Number(count) };
}

/** As in .kitignore; a pattern without a slash matches at any depth. */
function parsePattern(text: string): Pace['only'] {
  try {
    return ignoreMatcher(text.includes('/') ? [text] : [text, `**/${text}`]);
  } catch (error) {
    throw new KitwrightError('usage', `--on-checkpoint: ${JSON.stringify(text)} is not a pattern.`, { cause: error });
  }
}

export interface LimitFlags {
  readonly maxCpu?: string;
  readonly maxRead?: string;
}

/** The share of the machine that the watch may use; its threads always have low priority. Throws `usage`. */
export function parseLimits({ maxCpu, maxRead }: LimitFlags): Limits {
  return {
    lowPriority: true,
    ...(maxCpu === undefined ? {} : { cpu: positive('--max-cpu', maxCpu, 'cores') }),
    ...(maxRead === undefined ? {} : { read: positive('--max-read', maxRead, 'MB/s') * 1_000_000 }),
  };
}

/** The port of the page; undefined if none is given. Throws `usage`. */
export function parsePort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port > 0 && port < 65_536) return port;
  throw usage(`--ui-port needs a port from 1 to 65535, not ${JSON.stringify(text)}.`);
}

function positive(flag: string, text: string, unit: string): number {
  const value = /^\d{1,6}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw usage(`${flag} needs a number of ${unit} above 0, not ${JSON.stringify(text)}.`);
}
