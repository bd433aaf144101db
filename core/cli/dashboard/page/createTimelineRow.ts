import type { KitEvent } from '../../watching/WatchEvent.ts';
import type { TimelineKit } from '../Summary.ts';
import { element } from './element.ts';
import { formatSeconds, formatSize, formatTime, shortDigest } from './formats.ts';

/** The two kits that are compared, as indexes. */
export interface Choice {
  readonly from: number;
  readonly to: number;
}

/** The row of one kit; it is kept and changed, so that the focus stays where it is. */
export interface TimelineRow {
  readonly root: HTMLElement;
  readonly draw: (kit: TimelineKit, choice: Choice) => void;
}

export function createTimelineRow(kit: TimelineKit, onChoice: (choice: Partial<Choice>) => void): TimelineRow {
  const [from, to] = [radio('from', kit, onChoice), radio('to', kit, onChoice)];
  const state = cell('State');
  let shown = '';
  return {
    root: element('tr', {}, ...facts(kit), state, cell('From', from), cell('To', to)),
    draw: (now, choice) => {
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
function facts({ event, at, index }: TimelineKit): readonly HTMLElement[] {
  const names = event.names.length ? event.names.join(' ') : event.digest;
  const digest = element('code', { title: `${names} ${event.digest}` }, shortDigest(event.digest));
  return [
    cell('Kit', element('b', {}, `${index + 1}`), ' ', digest),
    cell('Time', formatTime(at)),
    cell('Step', event.step === null ? '–' : String(event.step)),
    cell('Layers', ...layerChips(event)),
    cell('Hashed', `${formatSize(event.bytesHashed)} of ${formatSize(event.bytes)}`),
    cell('Took', formatSeconds(event.elapsed)),
  ];
}

function cell(label: string, ...children: readonly (Node | string)[]): HTMLElement {
  return element('td', { 'data-label': label }, ...children);
}

function layerChips({ layers, held }: KitEvent): readonly HTMLElement[] {
  return layers.map(({ id, path, reused, changed }) => {
    const kind = held.includes(id) ? 'held' : reused ? 'reused' : 'rebuilt';
    return chip(`${path} ${kind}`, kind, changed.join(', '));
  });
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
