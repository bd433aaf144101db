import { isLowerBetter, rankMetrics } from '../rankMetrics.ts';
import { bestKit, type Summary, type TimelineKit } from '../Summary.ts';
import { type Choice, createTimelineRow, type TimelineRow } from './createTimelineRow.ts';
import { element } from './element.ts';

/** Metrics that have a column. */
const mostMetrics = 2;

/** Rows that are shown before somebody asks for all. */
const firstRows = 100;

/** The table of kits, the newest first. */
export function createTimeline(onChoice: (choice: Partial<Choice>) => void): {
  readonly root: HTMLElement;
  readonly draw: (summary: Summary, choice: Choice) => void;
} {
  const [body, heads, more] = [element('tbody'), element('tr'), element('button', { type: 'button' })];
  const root = element('div', {}, element('table', {}, element('thead', {}, heads), body), more);
  let rows = new Map<number, TimelineRow>();
  let columns = '';
  let limit = firstRows;
  let last: { readonly summary: Summary; readonly choice: Choice } | undefined;
  const rowOf = (kit: TimelineKit, metrics: readonly string[]): TimelineRow => {
    const row = rows.get(kit.index) ?? createTimelineRow(kit, metrics, onChoice);
    rows.set(kit.index, row);
    return row;
  };
  const draw = (summary: Summary, choice: Choice) => {
    last = { summary, choice };
    const { kits } = summary;
    const metrics = columnMetrics(kits);
    if (columns !== metrics.join('\n')) rows = new Map();
    columns = metrics.join('\n');
    heads.replaceChildren(...headsOf(metrics).map((name) => element('th', { scope: 'col' }, name)));
    const best = bestOf(summary, metrics)?.index;
    const drawn = kits.slice(-limit).map((kit) => {
      const row = rowOf(kit, metrics);
      row.draw(kit, { choice, metrics, best });
      return row.root;
    });
    place(body, drawn);
    more.hidden = kits.length <= limit;
    more.textContent = `Show ${kits.length - limit} older kits`;
  };
  more.addEventListener('click', () => {
    limit = Number.MAX_SAFE_INTEGER;
    if (last) draw(last.summary, last.choice);
  });
  return { root, draw };
}

function headsOf(metrics: readonly string[]): readonly string[] {
  return ['Kit', 'Name', 'Step', ...metrics, 'Time', 'Size', 'Layers', 'State', 'Compare'];
}

function columnMetrics(kits: readonly TimelineKit[]): readonly string[] {
  const names = new Set(kits.flatMap(({ event }) => Object.keys(event.metrics)));
  return rankMetrics([...names]).first.slice(0, mostMetrics);
}

/** By the metric of `--best`, else by the first one of the page. */
function bestOf({ kits, best }: Summary, metrics: readonly string[]): TimelineKit | undefined {
  const metric = best?.replace(/:(?:min|max)$/, '') ?? metrics[0];
  return metric === undefined ? undefined : bestKit(kits, metric, isLowerBetter(metric, best));
}

/** Puts rows, the newest last, into the table, the newest first. A row that moves loses the focus: few do. */
function place(body: HTMLElement, rows: readonly HTMLElement[]): void {
  for (const row of rows) if (!row.isConnected) body.append(row);
  rows.toReversed().forEach((row, i) => {
    if (body.children[i] !== row) body.insertBefore(row, body.children[i] ?? null);
  });
  while (body.children.length > rows.length) body.lastElementChild?.remove();
}
