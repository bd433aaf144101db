import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readUpdateState, writeUpdateState } from './updateState.ts';

/** The file that turns the notice off; kit has the same. */
export const updatesOffFile = (root: string): string => join(root, 'disable-update-notifications');

const day = 24 * 3_600_000;

export interface NoticeOptions {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
  /** ms since 1970. */
  readonly now: number;
  readonly version: string;
  /** Starts the question in the background. */
  readonly ask: () => void;
}

const numbers = (version: string): readonly number[] => version.split('.').map((part) => Number.parseInt(part, 10));

const isNewer = (version: string, than: string): boolean => {
  const [a, b] = [numbers(version), numbers(than)];
  const at = a.findIndex((part, i) => part !== b[i]);
  return at >= 0 && (a[at] as number) > (b[at] ?? 0);
};

const isOff = ({ root, env, isTerminal }: NoticeOptions): boolean =>
  !isTerminal || Boolean(env['CI'] || env['NO_UPDATE_NOTIFIER']) || existsSync(updatesOffFile(root));

/** The line that names a newer version, at most once in 24 hours; asks anew when the last answer is older than that. */
export const updateNotice = (options: NoticeOptions): string | undefined => {
  if (isOff(options)) return undefined;
  const { root, now, version, ask } = options;
  const state = readUpdateState(root);
  if (now - state.checkedAt >= day) {
    writeUpdateState(root, { ...state, checkedAt: now });
    ask();
  }
  if (state.latest === undefined || !isNewer(state.latest, version) || now - state.shownAt < day) return undefined;
  writeUpdateState(root, { ...readUpdateState(root), shownAt: now });
  return `Kitwright ${state.latest} is there (this is ${version}). Not to be told: kitwright version --show-update-notifications=false`;
};
