/**
 * Does a pattern match a place, `registry/repository`? `*` stands for a part of one segment, `**` for any segments. Both
 * loops are bounded by the product of the lengths.
 */
export function matchesPlace(pattern: string, place: string): boolean {
  return matches(
    pattern.split('/'),
    place.split('/'),
    (part, segment) => part === '**' || matchesSegment(part, segment),
    '**',
  );
}

function matchesSegment(pattern: string, segment: string): boolean {
  return matches([...pattern], [...segment], (part, letter) => part === '*' || part === letter, '*');
}

/** A pattern of parts, of which one stands for any number of texts; the last one of these is the only place to go back to. */
function matches(
  parts: readonly string[],
  texts: readonly string[],
  fits: (part: string, text: string) => boolean,
  any: string,
): boolean {
  let [at, i] = [0, 0];
  let back: { readonly at: number; i: number } | undefined;
  while (i < texts.length) {
    const part = parts[at];
    if (part === any) back = { at: at++, i };
    else if (part !== undefined && fits(part, texts[i] ?? '')) {
      at++;
      i++;
    } else if (back) {
      i = ++back.i;
      at = back.at + 1;
    } else return false;
  }
  return parts.slice(at).every((part) => part === any);
}
