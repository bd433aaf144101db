import type uPlot from 'uplot';
import type { OtherRun } from '../PageData.ts';
import type { Series } from '../Summary.ts';
import { formatNumber } from './formats.ts';
import { runColour } from './runColour.ts';

const height = 180;
const ids = { step: 'step', kit: 'kit' } as const;

/** Steps and kits are whole numbers, so are the lines of their axis. */
const wholeNumbers = [1, 2, 5]
  .flatMap((digit) => Array.from({ length: 15 }, (_, power) => digit * 10 ** power))
  .sort((a, b) => a - b);

/** How a plot looks. The value below the pointer is written into `reading`, which has another text otherwise. */
export function plotOptions(
  { metric, by, x }: Series,
  width: number,
  reading: HTMLElement,
  others: readonly OtherRun[],
): uPlot.Options {
  const resting = reading.textContent ?? '';
  const axis = { stroke: colour('--faint'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  return {
    width,
    height,
    legend: { show: false },
    scales: { x: { time: false } },
    // A single kit is a point, not a line.
    series: [
      {},
      { label: metric, stroke: colour('--accent'), width: 2, spanGaps: true, points: { show: x.length < 60 } },
      ...others.map(({ name }) => ({
        label: name,
        stroke: runColour(name),
        width: 1,
        spanGaps: true,
        points: { show: false },
      })),
    ],
    axes: [
      { ...axis, size: 32, incrs: wholeNumbers, values: (_, ticks) => ticks.map((tick) => String(tick)) },
      { ...axis, size: 60, values: (_, ticks) => ticks.map(formatNumber) },
    ],
    hooks: {
      setCursor: [
        ({ cursor: { idx }, data }) => {
          const [at, value] = [data[0]?.[idx ?? -1], data[1]?.[idx ?? -1]];
          reading.textContent = typeof value === 'number' ? `${formatNumber(value)} at ${ids[by]} ${at}` : resting;
        },
      ],
    },
  };
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
