import type { WatchLook } from '@kitwright/core/internal/builds';
import type { PendingPush } from './pushQueue.ts';

/** What the footer shows. */
export interface FooterState {
  readonly look: WatchLook | undefined;
  readonly mode: 'events' | 'scan';
  readonly pending: PendingPush | undefined;
}

/** The lines of the footer: last and next scan, mode, what is waited for and why, what is waiting to be pushed. */
export function footerLines(state: FooterState, now: number): readonly string[] {
  const queue = state.pending ? [`to push: kit ${state.pending.count}`] : [];
  const line = ['watching', scanText(state, now), modeText(state), ...queue, 'h for help'].join('  ');
  return [line, ...waitingLines(state)];
}

function scanText({ look }: FooterState, now: number): string {
  if (!look) return 'first scan';
  const took = `${(look.elapsed / 1000).toFixed(2)} s for ${look.files} files`;
  return `scanned ${ago(now - look.at)} (${took}), next ${inTime(look.next - now)}`;
}

function ago(ms: number): string {
  return ms < 1_000 ? 'just now' : `${Math.round(ms / 1_000)} s ago`;
}

function inTime(ms: number): string {
  return ms < 500 ? 'now' : `in ${Math.round(ms / 1_000)} s`;
}

/** How changes are found. */
function modeText({ look, mode }: FooterState): string {
  if (mode === 'scan') return 'scan only: not a local file system';
  return look && !look.hinted ? 'scan only: the system sends no events' : 'events + scan';
}

/** How many waiting files are named; of the others only the number is shown. */
const shown = 3;

function waitingLines({ look }: FooterState): readonly string[] {
  const waiting = look?.waiting ?? [];
  const lines = waiting.slice(0, shown).map(({ path, reason }) => `  waiting for ${path}: ${reason}`);
  return waiting.length > shown ? [...lines, `  and ${waiting.length - shown} more`] : lines;
}
