import { byUnits, firstFrom } from './firstFrom.ts';

/**
 * Is a path one of these, or below one of them? `.` is above all. Strangers may have written both lists: each path is looked
 * up, and not compared with all.
 */
export function belowAny(above: readonly string[]): (path: string) => boolean {
  if (above.includes('.')) return () => true;
  // Without those that lie in another one, only the last one that is not behind a path can be above it.
  const tops: string[] = [];
  for (const top of above.map((path) => `${path}/`).toSorted(byUnits))
    if (!top.startsWith(tops.at(-1) ?? '\0')) tops.push(top);
  return (path) => {
    const end = `${path}/`;
    const at = firstFrom(tops, end);
    return tops[at] === end || end.startsWith(tops[at - 1] ?? '\0');
  };
}
