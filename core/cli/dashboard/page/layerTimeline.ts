import { layerName } from '../layerName.ts';
import type { TimelineKit } from '../Summary.ts';
import { element } from './element.ts';
import { formatSize, formatTime } from './formats.ts';

/** Kits that are drawn: more would be thinner than a pixel. */
const mostKits = 300;

/** Layers that are drawn although the last kit does not have them: those that were rebuilt last. */
const mostGone = 10;

interface LayerLine {
  readonly path: string;
  /** Indexes of the kits that rebuilt it. */
  readonly rebuilt: readonly number[];
  /** Index of the first and the last kit that has it. */
  readonly from: number;
  readonly to: number;
  /** In bytes, in the last of them. */
  readonly size: number;
}

/** When each layer was rebuilt: a line for each, a mark for each kit that built it again. */
export function layerTimeline(all: readonly TimelineKit[]): HTMLElement {
  const kits = all.slice(-mostKits);
  const lines = linesOf(kits);
  const isThere = ({ to }: LayerLine) => to === kits.at(-1)?.index;
  const gone = lines.filter((line) => !isThere(line));
  const heads = ['Layer', 'Size', 'Rebuilt in', `Kits ${(kits[0]?.index ?? 0) + 1} to ${all.length}`];
  const left = gone.length - mostGone;
  const drawn = [...lines.filter(isThere), ...gone.slice(0, mostGone)];
  return element(
    'div',
    {},
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
      element('tbody', {}, ...drawn.map((line) => row(line, kits, all))),
    ),
    left > 0 ? element('p', {}, `${left} more layers are in earlier kits only.`) : undefined,
  );
}

function linesOf(kits: readonly TimelineKit[]): readonly LayerLine[] {
  const lines = new Map<string, LayerLine>();
  for (const { event, index } of kits)
    for (const layer of event.layers) {
      const known = lines.get(layerName(layer));
      lines.set(layerName(layer), {
        path: layer.path,
        rebuilt: [...(known?.rebuilt ?? []), ...(layer.reused ? [] : [index])],
        from: known?.from ?? index,
        to: index,
        size: layer.size,
      });
    }
  const last = ({ rebuilt }: LayerLine) => rebuilt.at(-1) ?? -1;
  return [...lines.values()].toSorted((a, b) => last(b) - last(a));
}

function row(line: LayerLine, kits: readonly TimelineKit[], all: readonly TimelineKit[]): HTMLElement {
  const last = line.rebuilt.at(-1);
  const kit = last === undefined ? undefined : all[last];
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, line.path),
    element('td', { 'data-label': 'Size' }, formatSize(line.size)),
    element(
      'td',
      { 'data-label': 'Rebuilt in' },
      kit ? `kit ${kit.index + 1}, ${formatTime(kit.at)}` : 'an earlier watch',
    ),
    element('td', { class: 'marks' }, marks(line, kits)),
  );
}

const [width, height] = [300, 14];

/** So many kits fill the width: the marks of a few are not stretched. */
const leastKits = 20;

/** Its text is in the column beside it. */
function marks({ rebuilt, from, to }: LayerLine, kits: readonly TimelineKit[]): SVGElement {
  const first = kits[0]?.index ?? 0;
  const unit = width / Math.max(leastKits, kits.length);
  const at = (index: number) => (index - first) * unit;
  const picture = svg('svg', { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  const there = { x: at(from), width: at(to + 1) - at(from), y: height / 2 - 1, height: 2, class: 'there' };
  const gap = Math.min(2, unit / 4);
  picture.append(
    svg('rect', there),
    ...rebuilt.map((index) =>
      svg('rect', { x: at(index), width: unit - gap, y: 1, height: height - 2, class: 'mark' }),
    ),
  );
  return picture;
}

function svg(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
