import 'uplot/dist/uPlot.min.css';
import './page.css';
import type { TimedEvent } from '../../watching/WatchEvent.ts';
import type { PageData, PageLook } from '../PageData.ts';
import { addEvent, emptySummary, type Summary } from '../Summary.ts';
import { comparison } from './comparison.ts';
import { createCharts } from './createCharts.ts';
import { createTimeline } from './createTimeline.ts';
import type { Choice } from './createTimelineRow.ts';
import { element, section } from './element.ts';
import { formatTime } from './formats.ts';
import { layerTimeline } from './layerTimeline.ts';
import { runFacts, stateText, totalsSection, waitingSection } from './overview.ts';

const data = JSON.parse(document.getElementById('data')?.textContent ?? '{}') as PageData;
let summary: Summary = data.events.reduce(addEvent, emptySummary);
let look: PageLook | undefined;
let chosen: Choice | undefined;
let connection: 'open' | 'lost' = 'open';

/** What nobody has chosen follows the newest kits. */
const choice = (): Choice => chosen ?? { from: summary.kits.length - 2, to: summary.kits.length - 1 };

const state = element('p', { id: 'state', role: 'status' });
const waiting = element('div', { 'aria-live': 'polite' });
const totals = element('div');
const charts = createCharts(data.others);
const run = element('div');
const layers = element('div');
const difference = element('div', { 'aria-live': 'polite' });
const timeline = createTimeline((change) => {
  chosen = { ...choice(), ...change };
  draw();
});

const stateNow = (): string => {
  if (!data.live) return `Written ${formatTime(data.writtenAt)}.`;
  if (connection === 'lost' && summary.running) return 'The watch does not answer; trying again.';
  return stateText(summary, look, Date.now());
};

const drawState = () => {
  const text = stateNow();
  if (state.textContent !== text) state.textContent = text;
};

const draw = () => {
  drawState();
  waiting.replaceChildren(...[waitingSection(summary)].filter((part) => part !== undefined));
  totals.replaceChildren(totalsSection(summary));
  run.replaceChildren(...[runFacts(summary)].filter((part) => part !== undefined));
  timeline.draw(summary, choice());
  layers.replaceChildren(layerTimeline(summary.kits));
  difference.replaceChildren(comparison(summary.kits, choice()));
  charts.draw(summary);
};

let scheduled = false;
const drawSoon = () => {
  if (scheduled) return;
  scheduled = true;
  // Not an animation frame: those wait while the page is in the background.
  setTimeout(() => {
    scheduled = false;
    draw();
  });
};

/** The server tells what has happened, from the beginning or, after a cut, from where it was. */
const connect = () => {
  const source = new EventSource('events');
  source.addEventListener('message', ({ data: line }) => {
    summary = addEvent(summary, JSON.parse(line) as TimedEvent);
    drawSoon();
  });
  source.addEventListener('look', ({ data: line }) => {
    look = JSON.parse(line) as PageLook;
    drawState();
  });
  source.addEventListener('open', () => {
    connection = 'open';
    drawState();
  });
  source.addEventListener('error', () => {
    connection = 'lost';
    drawState();
    if (!summary.running) source.close();
  });
  setInterval(drawState, 1000);
};

document.title = `Kitwright – ${data.directory.split(/[\\/]/).findLast((part) => part) ?? data.directory}`;
document
  .getElementById('page')
  ?.append(
    element(
      'header',
      {},
      element('h1', {}, 'Kitwright'),
      element('p', { id: 'directory' }, data.directory),
      run,
      state,
    ),
    waiting,
    totals,
    section('metrics', 'Metrics', charts.root),
    section('timeline', 'Kits', timeline.root),
    section('layers', 'Layers', layers),
    section('difference', 'Difference of two kits', difference),
  );
draw();
if (data.live) connect();
