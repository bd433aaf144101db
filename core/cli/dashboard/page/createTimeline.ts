import type { TimelineKit } from '../Summary.ts';
import { type Choice, createTimelineRow, type TimelineRow } from './createTimelineRow.ts';
import { element } from './element.ts';

const columns = ['Kit', 'Time', 'Step', 'Layers', 'Hashed', 'Took', 'State', 'From', 'To'] as const;

/** Rows that are shown before somebody asks for all. */
const firstRows = 100;

/** The table of kits, the newest first. */
export function createTimeline(onChoice: (choice: Partial<Choice>) => void): {
  readonly root: HTMLElement;
  readonly draw: (kits: readonly TimelineKit[], choice: Choice) => void;
} {
  const body = element('tbody');
  const more = element('button', { type: 'button' });
  const heads = columns.map((name) => element('th', { scope: 'col' }, name));
  const root = element('div', {}, element('table', {}, element('thead', {}, element('tr', {}, ...heads)), body), more);
  const rows = new Map<number, TimelineRow>();
  let limit = firstRows;
  let last: { readonly kits: readonly TimelineKit[]; readonly choice: Choice } | undefined;
  const drawRow = (kit: TimelineKit, choice: Choice): HTMLElement => {
    const row = rows.get(kit.index) ?? createTimelineRow(kit, onChoice);
    rows.set(kit.index, row);
    row.draw(kit, choice);
    return row.root;
  };
  const draw = (kits: readonly TimelineKit[], choice: Choice) => {
    last = { kits, choice };
    place(
      body,
      kits.slice(-limit).map((kit) => drawRow(kit, choice)),
    );
    more.hidden = kits.length <= limit;
    more.textContent = `Show ${kits.length - limit} older kits`;
  };
  more.addEventListener('click', () => {
    limit = Number.MAX_SAFE_INTEGER;
    if (last) draw(last.kits, last.choice);
  });
  return { root, draw };
}

/** Puts rows, the newest last, into the table, the newest first. A row that moves loses the focus: few do. */
function place(body: HTMLElement, rows: readonly HTMLElement[]): void {
  for (const row of rows) if (!row.isConnected) body.append(row);
  rows.toReversed().forEach((row, i) => {
    if (body.children[i] !== row) body.insertBefore(row, body.children[i] ?? null);
  });
  while (body.children.length > rows.length) body.lastElementChild?.remove();
}
