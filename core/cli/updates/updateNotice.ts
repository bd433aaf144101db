import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readUpdateState, writeUpdateState } from './updateState.ts';

export interface NoticeOptions {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
  /** ms since 1970. */
  readonly now: number;
  readonly version: string;
  /** How to get a newer version: a command or an address; undefined where only the user knows. */
  readonly advice?: string | undefined;
  /** Starts the check in the background. */
  readonly ask: () => void;
}

const day = 24 * 3_600_000;

/**
 * The line that names a newer version, at most once in 24 hours. Starts another check if the last one is older than
 * that.
 */
export function updateNotice(options: NoticeOptions): string | undefined {
  if (isOff(options)) return undefined;
  const { root, now, version, advice, ask } = options;
  const state = readUpdateState(root);
  if (now - state.checkedAt >= day) {
    writeUpdateState(root, { ...state, checkedAt: now });
    ask();
  }
  if (state.latest === undefined || !isNewer(state.latest, version) || now - state.shownAt < day) return undefined;
  writeUpdateState(root, { ...readUpdateState(root), shownAt: now });
  return `Kitwright ${state.latest} is available (this is ${version})${advice === undefined ? '' : `: ${advice}`}. To turn this notice off: kitwright version --show-update-notifications=false`;
}

function isOff({ root, env, isTerminal }: NoticeOptions): boolean {
  return !isTerminal || Boolean(env['CI'] || env['NO_UPDATE_NOTIFIER']) || existsSync(updatesOffFile(root));
}

/** The file that turns the notice off; `kit` uses the same. */
export function updatesOffFile(root: string): string {
  return join(root, 'disable-update-notifications');
}

function isNewer(version: string, than: string): boolean {
  const [a, b] = [numbers(version), numbers(than)];
  const at = a.findIndex((part, i) => part !== b[i]);
  return at >= 0 && (a[at] as number) > (b[at] ?? 0);
}

function numbers(version: string): readonly number[] {
  return version.split('.').map((part) => Number.parseInt(part, 10));
}
