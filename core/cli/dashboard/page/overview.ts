import type { PageLook } from '../PageData.ts';
import { type Summary, totalsOf } from '../Summary.ts';
import { element, section } from './element.ts';
import { formatSeconds, formatSize, formatTime } from './formats.ts';

const modes = { events: 'events and scans', scan: 'scans only: not a local file system' } as const;

/** What the watch does now, in words. */
export function stateText(summary: Summary, look: PageLook | undefined, now: number): string {
  const mode = summary.mode ? ` (${modes[summary.mode]})` : '';
  if (!summary.running) return summary.mode ? 'The watch has ended.' : 'No watch yet.';
  return `Watching${mode}. ${look ? scanText(look, now) : ''}`;
}

function scanText(look: PageLook, now: number): string {
  const ago = Math.max(0, Math.round((now - look.at) / 1000));
  const next = Math.max(0, Math.round((look.next - now) / 1000));
  return `Scanned ${look.files} files ${ago} s ago in ${formatSeconds(look.elapsed)}; next scan in ${next} s.`;
}

const factNames = { command: 'Command', commit: 'Commit', started: 'Started', host: 'Host' } as const;

/** What the watch recorded of the training; undefined if nothing. */
export function runFacts({ run }: Summary): HTMLElement | undefined {
  const facts = Object.entries(factNames).flatMap(([key, label]) => {
    const value = run[key];
    return value ? [element('dt', {}, label), element('dd', {}, factText(key, value, run))] : [];
  });
  const name = run['name'];
  if (name === undefined) return undefined;
  return element('section', { id: 'run', 'aria-label': 'Run' }, element('p', {}, `Run ${name}`), dl(facts));
}

function dl(children: readonly HTMLElement[]): HTMLElement {
  return element('dl', { class: 'facts' }, ...children);
}

function factText(key: string, value: string, run: Summary['run']): string | HTMLElement {
  if (key === 'started') return formatTime(Date.parse(value));
  if (key !== 'commit') return element('code', {}, value);
  return element('code', { title: value }, `${value.slice(0, 12)}${run['dirty'] === 'true' ? ', with changes' : ''}`);
}

/** What is not packed yet, and why. */
export function waitingSection({ waiting, problem }: Summary): HTMLElement | undefined {
  if (waiting.length === 0 && problem === undefined) return undefined;
  const items = waiting.map(({ path, reason }) => element('li', {}, element('b', {}, path), ` ${reason}`));
  return section(
    'waiting',
    'Waiting',
    problem === undefined ? undefined : element('p', { class: 'problem' }, problem),
    items.length ? element('ul', {}, ...items) : undefined,
  );
}

export function totalsSection(summary: Summary): HTMLElement {
  const { kits, bytes, saved, rebuilt, reused } = totalsOf(summary.kits);
  const share = bytes ? ` (${Math.floor((saved / bytes) * 100)}\u00a0%)` : '';
  return section(
    'totals',
    'Totals',
    element(
      'dl',
      { class: 'cards' },
      card('Kits', String(kits)),
      card('Layers rebuilt', String(rebuilt)),
      card('Layers reused', String(reused)),
      card('Bytes not hashed again', `${formatSize(saved)}${share}`),
    ),
  );
}

function card(label: string, value: string): HTMLElement {
  return element('div', { class: 'card' }, element('dt', {}, label), element('dd', {}, value));
}
