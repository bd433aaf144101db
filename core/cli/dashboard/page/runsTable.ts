import type { OtherRun } from '../PageData.ts';
import { rankMetrics } from '../rankMetrics.ts';
import type { Summary } from '../Summary.ts';
import { element } from './element.ts';
import { formatNumber } from './formats.ts';

/** One run in the table. */
interface Column {
  readonly name: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly metrics: ReadonlyMap<string, string>;
}

const shownFields = /^(?:param\..+|command|commit|python|packages)$/;

/** The last metrics of runs side by side, and the parameters in which they differ. Undefined if there is one run only. */
export function runsTable(summary: Summary, others: readonly OtherRun[]): HTMLElement | undefined {
  if (others.length === 0 || summary.kits.length === 0) return undefined;
  const columns = [ownColumn(summary), ...others.map(otherColumn)];
  const { first } = rankMetrics([...new Set(columns.flatMap(({ metrics }) => [...metrics.keys()]))]);
  const metrics = first.map((name) => [name, ...columns.map((column) => column.metrics.get(name) ?? '–')]);
  const fields = [...new Set(columns.flatMap((column) => Object.keys(column.fields)))].filter((name) =>
    shownFields.test(name),
  );
  const parameters = fields
    .map((name) => [name.replace(/^param\./, ''), ...columns.map(({ fields }) => fieldText(name, fields[name]))])
    .filter(([, ...values]) => new Set(values).size > 1);
  const heads = ['', ...columns.map(({ name }) => name)].map((name) => element('th', { scope: 'col' }, name));
  return element(
    'div',
    { class: 'compared' },
    element('h3', {}, 'Runs side by side'),
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...heads)),
      element('tbody', {}, ...[...metrics, ...parameters].map((cells) => row(cells, columns))),
    ),
  );
}

/** A commit as git shortens it. */
function fieldText(name: string, value = '–'): string {
  return name === 'commit' ? value.slice(0, 12) : value;
}

function row([name = '', ...values]: readonly string[], columns: readonly Column[]): HTMLElement {
  const cells = values.map((value, i) => element('td', { 'data-label': columns[i]?.name ?? '' }, value));
  return element('tr', {}, element('th', { scope: 'row' }, name), ...cells);
}

function ownColumn({ kits, run }: Summary): Column {
  const last = new Map(kits.flatMap(({ event }) => Object.entries(event.metrics)));
  const metrics = [...last].map(([name, value]) => [name, formatNumber(value)] as const);
  return { name: run['name'] ?? 'this run', fields: run, metrics: new Map(metrics) };
}

function otherColumn({ name, fields, metrics }: OtherRun): Column {
  const last = Object.entries(metrics).map(([metric, points]) => [metric, formatNumber(points.at(-1)?.[1])] as const);
  return { name, fields, metrics: new Map(last) };
}
