import type { OtherRun } from '../PageData.ts';
import { element } from './element.ts';
import { runColour } from './runColour.ts';

/** Runs that are shown before somebody chooses. */
const firstShown = 3;

/** The other runs, each with its colour and a box that shows or hides it. */
export function createRunList(
  others: readonly OtherRun[],
  onChange: () => void,
): {
  readonly root: HTMLElement;
  readonly chosen: () => readonly OtherRun[];
  /** Leaves out the run of the page itself. */
  readonly hide: (own: string | undefined) => void;
} {
  const rows = others.map((run, i) => {
    const box = element('input', { type: 'checkbox', ...(i < firstShown ? { checked: '' } : {}) });
    box.addEventListener('change', onChange);
    const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
    swatch.style.background = runColour(run.name);
    return { run, box, item: element('li', {}, element('label', {}, box, swatch, run.name)) };
  });
  const items = element('ul', { 'aria-label': 'Other runs' }, ...rows.map(({ item }) => item));
  const root = element('div', { class: 'runs' }, element('span', {}, 'Other runs: '), items);
  let own: string | undefined;
  const beside = () => rows.filter(({ run }) => run.name !== own);
  const hide = (name: string | undefined) => {
    own = name;
    for (const { run, item } of rows) item.hidden = run.name === own;
    root.hidden = beside().length === 0;
  };
  hide(undefined);
  return { root, hide, chosen: () => beside().flatMap(({ run, box }) => (box.checked ? [run] : [])) };
}
