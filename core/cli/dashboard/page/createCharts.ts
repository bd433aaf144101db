import uPlot from 'uplot';
import type { OtherRun } from '../PageData.ts';
import { isLowerBetter, rankMetrics } from '../rankMetrics.ts';
import { bestKit, type Series, type Summary, seriesOf } from '../Summary.ts';
import { plotOptions } from './createPlot.ts';
import { createRunList } from './createRunList.ts';
import { element } from './element.ts';
import { formatNumber } from './formats.ts';
import { runsTable } from './runsTable.ts';

/** A plot for each metric, with those of other runs behind it; `draw` again when kits, colours or widths change. */
export function createCharts(others: readonly OtherRun[]): {
  readonly root: HTMLElement;
  readonly draw: (summary: Summary) => void;
} {
  const [first, folded] = [element('div', { class: 'charts' }), element('div', { class: 'charts' })];
  const compared = element('div');
  const more = element('details', {}, element('summary', {}, 'Times, rates and settings'), folded);
  let drawn: readonly uPlot[] = [];
  let latest: Summary | undefined;
  let shown = '';
  const redraw = () => {
    for (const plot of drawn) plot.destroy();
    if (!latest) return;
    const all = new Map(latest.kits.length ? seriesOf(latest.kits).map((series) => [series.metric, series]) : []);
    const ranked = rankMetrics([...all.keys()]);
    const pick = (names: readonly string[]) => names.flatMap((name) => all.get(name) ?? []);
    const late = [...pick(ranked.folded), ...(latest.kits.length ? [bytesHashed(latest)] : [])];
    more.hidden = late.length === 0;
    compared.replaceChildren(...[runsTable(latest, list.chosen())].filter((part) => part !== undefined));
    drawn = [...plotAll(first, pick(ranked.first)), ...(more.open ? plotAll(folded, late) : [])];
  };
  const plotAll = (root: HTMLElement, series: readonly Series[]): readonly uPlot[] => {
    const places = series.map((one) => ({ one, ...placeOf(one, latest as Summary) }));
    // A figure has its width once all of them are there.
    root.replaceChildren(...places.map(({ figure }) => figure));
    return places.map(({ one, figure, reading }) => plot(one, figure, reading, list.chosen()));
  };
  const list = createRunList(others, redraw);
  more.addEventListener('toggle', redraw);
  redrawWhenNeeded(first, redraw);
  return {
    root: element('div', {}, list.root, first, more, compared),
    draw: (summary) => {
      const key = `${summary.kits.length} ${summary.kits.at(-1)?.event.digest}`;
      latest = summary;
      list.hide(summary.run['name']);
      if (key === shown) return;
      shown = key;
      redraw();
    },
  };
}

function redrawWhenNeeded(root: HTMLElement, redraw: () => void): void {
  let width = 0;
  new ResizeObserver(() => {
    if (root.clientWidth === width) return;
    width = root.clientWidth;
    redraw();
  }).observe(root);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
}

/** The figure of a metric. Its caption has the best value, and the one below the pointer. */
function placeOf({ metric, y }: Series, { kits, best: chosen }: Summary) {
  const best = bestKit(kits, metric, isLowerBetter(metric, chosen));
  const step = best?.event.step;
  const where = best && (step === null || step === undefined ? `kit ${best.index + 1}` : `step ${step}`);
  const text = best ? `best ${formatNumber(best.event.metrics[metric])} at ${where}` : '';
  const reading = element('span', { class: 'reading' }, text);
  const label = `${metric}, last value ${formatNumber(y.at(-1))}${text && `, ${text}`}`;
  const caption = element('figcaption', {}, element('b', {}, metric), reading);
  return { figure: element('figure', { role: 'img', 'aria-label': label }, caption), reading };
}

function plot(series: Series, figure: HTMLElement, reading: HTMLElement, others: readonly OtherRun[]): uPlot {
  const beside = series.by === 'step' ? others.filter(({ metrics }) => metrics[series.metric]?.length) : [];
  const tables = beside.map(({ metrics }): [number[], number[]] => {
    const points = metrics[series.metric] ?? [];
    return [points.map(([step]) => step), points.map(([, value]) => value)];
  });
  const data = uPlot.join([[[...series.x], [...series.y]], ...tables]);
  return new uPlot(plotOptions(series, figure.clientWidth, reading, beside), data, figure);
}

function bytesHashed({ kits }: Summary): Series {
  return {
    metric: 'MiB hashed',
    by: 'kit',
    x: kits.map(({ index }) => index + 1),
    y: kits.map(({ event }) => event.bytesHashed / 1024 ** 2),
  };
}
