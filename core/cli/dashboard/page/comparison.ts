import { compareKits, type LayerDifference, type MetricDifference } from '../compareKits.ts';
import { rankMetrics } from '../rankMetrics.ts';
import type { TimelineKit } from '../Summary.ts';
import type { Choice } from './createTimelineRow.ts';
import { element } from './element.ts';
import { formatNumber, formatSize, shortDigest } from './formats.ts';

const columns = ['', 'Change', 'Before', 'After', 'Files'] as const;

/** The difference of the two chosen kits. */
export function comparison(kits: readonly TimelineKit[], { from, to }: Choice): HTMLElement {
  if (!kits[from] || !kits[to]) return element('p', {}, 'Two kits can be compared as soon as there are two.');
  const { layers, metrics } = compareKits(kits, from, to);
  const different = layers.filter(({ state }) => state !== 'same');
  const same = layers.length - different.length;
  const { first, folded } = rankMetrics(metrics.map(({ metric }) => metric));
  const ranked = [...first, ...folded].flatMap((name) => metrics.find(({ metric }) => metric === name) ?? []);
  return element(
    'div',
    {},
    element(
      'p',
      {},
      `From kit ${from + 1} to kit ${to + 1}${same ? `; ${same} ${same === 1 ? 'layer is' : 'layers are'} the same` : ''}`,
    ),
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...columns.map((name) => element('th', { scope: 'col' }, name)))),
      element('tbody', {}, ...different.map(layerRow), ...ranked.map(metricRow)),
    ),
  );
}

function layerRow({ path, state, before, after, changed }: LayerDifference): HTMLElement {
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, path),
    element('td', { 'data-label': 'Change' }, element('span', { class: `chip ${state}` }, state)),
    element('td', { 'data-label': 'Before' }, layerText(before)),
    element('td', { 'data-label': 'After' }, layerText(after)),
    element('td', { 'data-label': 'Files' }, changed.join(', ')),
  );
}

function layerText(layer: LayerDifference['before']): string {
  return layer ? `${shortDigest(layer.digest)} ${formatSize(layer.size)}` : '–';
}

function metricRow({ metric, before, after }: MetricDifference): HTMLElement {
  const delta = typeof before === 'number' && typeof after === 'number' ? after - before : undefined;
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, metric),
    element(
      'td',
      { 'data-label': 'Change' },
      delta === undefined ? '–' : `${delta > 0 ? '+' : ''}${formatNumber(delta)}`,
    ),
    element('td', { 'data-label': 'Before' }, formatNumber(before)),
    element('td', { 'data-label': 'After' }, formatNumber(after)),
    element('td'),
  );
}
