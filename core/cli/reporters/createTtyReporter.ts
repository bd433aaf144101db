import { escapeControls, type KitwrightEvent } from '@kitwright/core/internal';
import { formatSize } from '../output/formatSize.ts';
import type { Reporter } from './Reporter.ts';

/** Nothing is drawn before this time, in ms: quick work needs no progress bar. */
const delay = 500;

const maxLines = 8;

/** A few live lines on a terminal, redrawn in place: bytes, rate, time left, which layer, what was reused. */
export function createTtyReporter(write: (text: string) => void, columns: () => number): Reporter {
  const active = new Map<string, Active>();
  const begun = performance.now();
  let drawn = 0;
  let reused = 0;
  let footer: readonly string[] = [];
  const erase = () => {
    if (drawn) write(`\x1b[${drawn}A\x1b[0J`);
    drawn = 0;
  };
  const progress = (): readonly string[] => {
    const now = performance.now();
    if (now - begun < delay || active.size === 0) return [];
    const lines = [...active].map(([layer, state]) => lineOf(layer, state, now)).slice(0, maxLines - 1);
    return reused ? [...lines, `${reused} ${reused === 1 ? 'layer' : 'layers'} reused`] : lines;
  };
  const draw = () => {
    erase();
    const all = [...progress(), ...footer];
    if (all.length === 0) return;
    write(all.map((line) => `${escapeControls(line).slice(0, columns() - 1)}\n`).join(''));
    drawn = all.length;
  };
  const update = (event: KitwrightEvent) => {
    if (event.type === 'layer-start' || event.type === 'unpack-start' || event.type === 'copy-start')
      active.set(event.layer, { path: event.path, started: performance.now(), done: 0, bytes: event.bytes });
    if (event.type === 'layer-progress' || event.type === 'unpack-progress' || event.type === 'copy-progress') {
      const state = active.get(event.layer);
      if (state) active.set(event.layer, { ...state, done: event.done, bytes: event.bytes });
    }
    if (event.type === 'layer-done' || event.type === 'unpack-done' || event.type === 'copy-done') {
      active.delete(event.layer);
      if ('reused' in event ? event.reused : 'outcome' in event && event.outcome !== 'copied') reused++;
    }
  };
  return {
    event: (event) => {
      update(event);
      draw();
    },
    around: (print) => {
      erase();
      print();
      draw();
    },
    footer: (lines) => {
      footer = lines;
      draw();
    },
    close: erase,
  };
}

interface Active {
  readonly path: string;
  readonly started: number;
  readonly done: number;
  readonly bytes: number;
}

const barWidth = 20;

function lineOf(layer: string, { path, started, done, bytes }: Active, now: number): string {
  const share = bytes > 0 ? Math.min(1, done / bytes) : 1;
  const filled = Math.round(share * barWidth);
  const rate = done / Math.max(1, now - started);
  const left = rate > 0 ? seconds((bytes - done) / rate) : '-';
  const bar = `[${'='.repeat(filled)}${' '.repeat(barWidth - filled)}]`;
  return `${bar} ${formatSize(done)} / ${formatSize(bytes)}  ${formatSize(Math.round(rate * 1000))}/s  ${left}  ${layer} ${path}`;
}

function seconds(ms: number): string {
  return ms >= 60_000 ? `${Math.floor(ms / 60_000)}m${Math.round((ms % 60_000) / 1000)}s` : `${Math.ceil(ms / 1000)}s`;
}
