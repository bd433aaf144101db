import uPlot from 'uplot';
import { type Series, seriesOf, type TimelineKit } from '../Summary.ts';
import { element } from './element.ts';
import { formatNumber } from './formats.ts';

/** Draws a plot for each metric; `draw` again when kits, colours or widths change. */
export function createCharts(): {
  readonly root: HTMLElement;
  readonly draw: (kits: readonly TimelineKit[]) => void;
} {
  const root = element('div', { class: 'charts' });
  let drawn: readonly uPlot[] = [];
  let shown = '';
  let latest: readonly TimelineKit[] = [];
  const holderOf = ({ metric, y }: Series): HTMLElement => {
    const label = `${metric}, last value ${formatNumber(y.at(-1))}`;
    return element('figure', { role: 'img', 'aria-label': label }, element('figcaption', {}, metric));
  };
  const redraw = () => {
    for (const plot of drawn) plot.destroy();
    const all = latest.length ? [...seriesOf(latest), bytesHashed(latest)] : [];
    const holders = all.map((series) => [series, holderOf(series)] as const);
    // A holder has its width once all of them are there.
    root.replaceChildren(...holders.map(([, holder]) => holder));
    drawn = holders.map(
      ([series, holder]) => new uPlot(optionsFor(series, holder.clientWidth), [[...series.x], [...series.y]], holder),
    );
  };
  const draw = (kits: readonly TimelineKit[]) => {
    const key = `${kits.length} ${kits.at(-1)?.event.digest}`;
    if (key === shown) return;
    [shown, latest] = [key, kits];
    redraw();
  };
  let width = 0;
  new ResizeObserver(() => {
    if (root.clientWidth === width) return;
    width = root.clientWidth;
    redraw();
  }).observe(root);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  return { root, draw };
}

function bytesHashed(kits: readonly TimelineKit[]): Series {
  return {
    metric: 'MiB hashed',
    by: 'kit',
    x: kits.map(({ index }) => index + 1),
    y: kits.map(({ event }) => event.bytesHashed / 1024 ** 2),
  };
}

const height = 180;
const ids = { step: 'Step', kit: 'Kit' } as const;

function optionsFor({ metric, by, x }: Series, width: number): uPlot.Options {
  const axis = { stroke: colour('--text'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  return {
    width,
    height,
    scales: { x: { time: false } },
    // A single kit is a point, not a line.
    series: [
      { label: ids[by] },
      {
        label: metric,
        stroke: colour('--accent'),
        width: 2,
        points: { show: x.length < 60 },
        value: (_, y) => formatNumber(y ?? undefined),
      },
    ],
    axes: [axis, { ...axis, size: 60, values: (_, ticks) => ticks.map(formatNumber) }],
  };
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
