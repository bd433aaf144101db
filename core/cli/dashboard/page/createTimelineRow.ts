import type { KitEvent } from '../../watching/WatchEvent.ts';
import type { TimelineKit } from '../Summary.ts';
import { copyButton } from './copyButton.ts';
import { element } from './element.ts';
import { formatClock, formatNumber, formatSeconds, formatSize, formatTime, shortDigest } from './formats.ts';

/** The two kits that are compared, as indexes. */
export interface Choice {
  readonly from: number;
  readonly to: number;
}

/** The row of one kit; it is kept and changed, so that the focus stays where it is. */
export interface TimelineRow {
  readonly root: HTMLElement;
  readonly draw: (kit: TimelineKit, shown: Shown) => void;
}

/** What a table shows of all kits. */
export interface Shown {
  readonly choice: Choice;
  /** The metrics that have a column. */
  readonly metrics: readonly string[];
  /** Index of the best kit. */
  readonly best: number | undefined;
}

export function createTimelineRow(
  kit: TimelineKit,
  metrics: readonly string[],
  onChoice: (choice: Partial<Choice>) => void,
): TimelineRow {
  const [from, to] = [radio('from', kit, onChoice), radio('to', kit, onChoice)];
  const state = cell('State');
  const best = element('span', { class: 'best' });
  const compare = cell('Compare', element('label', {}, from, 'from'), element('label', {}, to, 'to'));
  compare.classList.add('compare');
  let shown = '';
  return {
    root: element('tr', {}, ...facts(kit, metrics, best), state, compare),
    draw: (now, { choice, best: bestIndex }) => {
      best.textContent = kit.index === bestIndex ? ' best' : '';
      if (shown !== stateKey(now)) state.replaceChildren(...stateChips(now));
      shown = stateKey(now);
      from.checked = kit.index === choice.from;
      to.checked = kit.index === choice.to;
    },
  };
}

function radio(
  side: keyof Choice,
  { index }: TimelineKit,
  onChoice: (choice: Partial<Choice>) => void,
): HTMLInputElement {
  const label = `compare ${side} kit ${index + 1}`;
  const input = element('input', { type: 'radio', name: side, 'aria-label': label });
  input.addEventListener('change', () => onChoice({ [side]: index }));
  return input;
}

/** What of a kit never changes. */
function facts(
  { event, at, index }: TimelineKit,
  metrics: readonly string[],
  best: HTMLElement,
): readonly HTMLElement[] {
  return [
    cell('Kit', element('b', {}, `${index + 1}`), best),
    cell('Name', ...nameOf(event)),
    cell('Step', event.step === null ? '–' : String(event.step)),
    ...metrics.map((metric) => cell(metric, formatNumber(event.metrics[metric]))),
    cell('Time', element('span', { title: formatTime(at) }, formatClock(at))),
    cell('Size', formatSize(event.bytes), element('span', { class: 'small' }, costText(event))),
    cell('Layers', ...layerChips(event)),
  ];
}

function costText({ bytesHashed, elapsed }: KitEvent): string {
  return `${formatSize(bytesHashed)} hashed, ${formatSeconds(elapsed)}`;
}

/** Its tag, and the command that unpacks it. */
function nameOf({ names, digest }: KitEvent): readonly Node[] {
  const name = names.at(-1);
  if (name === undefined) return [element('code', { title: digest }, shortDigest(digest))];
  const colon = name.lastIndexOf(':');
  const tag = element('code', { title: `${names.join(' ')} ${digest}` }, name.slice(colon + 1));
  // A tag that each kit gets has moved on by the time somebody pastes the command.
  const reference = names.length > 1 ? name : `${name.slice(0, colon)}@${digest}`;
  return [tag, copyButton(`kitwright unpack ${reference} -d ${folderOf(name)}`)];
}

function folderOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/[^\w.-]/g, '-');
}

function cell(label: string, ...children: readonly (Node | string)[]): HTMLElement {
  return element('td', { 'data-label': label }, ...children);
}

/** Layers that are named one by one; more are counted. */
const mostChips = 4;

function layerChips({ layers, held }: KitEvent): readonly HTMLElement[] {
  const rebuilt = layers.filter(({ reused }) => !reused);
  const reused = layers.length - rebuilt.length;
  const more = rebuilt.length - mostChips;
  return [
    ...rebuilt.slice(0, mostChips).map(({ id, path, changed }) => {
      const kind = held.includes(id) ? 'held' : 'rebuilt';
      return chip(`${path} ${kind}`, kind, changed.join(', '));
    }),
    ...(more > 0 ? [chip(`${more} more rebuilt`, 'rebuilt')] : []),
    ...(reused > 0 ? [chip(`${reused} reused`, 'reused')] : []),
  ];
}

function chip(text: string, kind: string, title = ''): HTMLElement {
  return element('span', { class: `chip ${kind}`, title }, text);
}

function stateKey({ push, pruned, status }: TimelineKit): string {
  return `${push} ${pruned} ${status}`;
}

function stateChips({ push, pruned, status, event }: TimelineKit): readonly HTMLElement[] {
  return [
    ...(push === 'none' ? [] : [chip(push === 'pushed' ? 'pushed' : 'not pushed', push)]),
    ...(pruned ? [chip('tag removed', 'held')] : []),
    ...(status ? [chip(`command: ${status}`, 'failed')] : []),
    ...(event.skipped.length ? [chip(`${event.skipped.length} in no kit`, 'held', event.skipped.join(', '))] : []),
  ];
}
