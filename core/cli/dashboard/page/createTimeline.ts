import type { KitEvent } from '../../watching/WatchEvent.ts';
import type { TimelineKit } from '../Summary.ts';
import { element } from './element.ts';
import { formatSeconds, formatSize, formatTime, shortDigest } from './formats.ts';

/** The two kits that are compared, as indexes. */
export interface Choice {
  readonly from: number;
  readonly to: number;
}

const columns = ['Kit', 'Time', 'Step', 'Layers', 'Hashed', 'Took', 'State', 'From', 'To'] as const;

/** Rows that are shown before somebody asks for all. */
const firstRows = 100;

/** The table of kits, the newest first; rows are kept, so that the focus stays where it is. */
export function createTimeline(onChoice: (choice: Partial<Choice>) => void): {
  readonly root: HTMLElement;
  readonly draw: (kits: readonly TimelineKit[], choice: Choice) => void;
} {
  const body = element('tbody');
  const more = element('button', { type: 'button' });
  const heads = columns.map((name) => element('th', { scope: 'col' }, name));
  const root = element('div', {}, element('table', {}, element('thead', {}, element('tr', {}, ...heads)), body), more);
  const rows = new Map<number, Row>();
  let limit = firstRows;
  let last: { readonly kits: readonly TimelineKit[]; readonly choice: Choice } | undefined;
  const radio = (side: keyof Choice, { index }: TimelineKit): HTMLInputElement => {
    const label = `compare ${side} kit ${index + 1}`;
    const input = element('input', { type: 'radio', name: side, 'aria-label': label });
    input.addEventListener('change', () => onChoice({ [side]: index }));
    return input;
  };
  const makeRow = (kit: TimelineKit): Row => {
    const { event, at, index } = kit;
    const radios = { from: radio('from', kit), to: radio('to', kit) };
    const state = cell('State');
    const names = event.names.length ? event.names.join(' ') : event.digest;
    const made = element(
      'tr',
      {},
      cell(
        'Kit',
        element('b', {}, `${index + 1}`),
        ' ',
        element('code', { title: `${names} ${event.digest}` }, shortDigest(event.digest)),
      ),
      cell('Time', formatTime(at)),
      cell('Step', event.step === null ? '–' : String(event.step)),
      cell('Layers', ...layerChips(event)),
      cell('Hashed', `${formatSize(event.bytesHashed)} of ${formatSize(event.bytes)}`),
      cell('Took', formatSeconds(event.elapsed)),
      state,
      cell('From', radios.from),
      cell('To', radios.to),
    );
    return { root: made, state, radios, key: '' };
  };
  const drawRow = (kit: TimelineKit, { from, to }: Choice): HTMLElement => {
    const row = rows.get(kit.index) ?? makeRow(kit);
    rows.set(kit.index, row);
    if (row.key !== stateKey(kit)) row.state.replaceChildren(...stateChips(kit));
    row.key = stateKey(kit);
    row.radios.from.checked = kit.index === from;
    row.radios.to.checked = kit.index === to;
    return row.root;
  };
  const draw = (kits: readonly TimelineKit[], choice: Choice) => {
    last = { kits, choice };
    const shown = kits.slice(-limit).map((kit) => drawRow(kit, choice));
    for (const row of shown) if (!row.isConnected) body.append(row);
    // Only what is out of its place moves: a row that moves loses the focus.
    shown.reverse().forEach((row, i) => {
      if (body.children[i] !== row) body.insertBefore(row, body.children[i] ?? null);
    });
    while (body.children.length > shown.length) body.lastElementChild?.remove();
    more.hidden = kits.length <= limit;
    more.textContent = `Show ${kits.length - limit} older kits`;
  };
  more.addEventListener('click', () => {
    limit = Number.MAX_SAFE_INTEGER;
    if (last) draw(last.kits, last.choice);
  });
  return { root, draw };
}

interface Row {
  readonly root: HTMLElement;
  readonly state: HTMLElement;
  readonly radios: { readonly from: HTMLInputElement; readonly to: HTMLInputElement };
  key: string;
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
    ...(event.skipped.length ? [chip(`${event.skipped.length} skipped`, 'held', event.skipped.join(', '))] : []),
  ];
}
