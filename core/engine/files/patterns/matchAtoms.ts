/** A part of an expression: a code point, or a place between two. */
export type Atom =
  | { readonly kind: 'literal'; readonly value: number }
  | { readonly kind: 'one'; readonly test: CharacterTest; readonly times: 'once' | 'optional' | 'any' }
  | { readonly kind: 'at'; readonly test: (text: string, at: number) => boolean }
  /** `(.*\/)?`: any number of whole directories. A dot is no line feed. */
  | { readonly kind: 'directories' };

export type CharacterTest = (codePoint: number) => boolean;

/**
 * Do the atoms match somewhere in the text, or from its beginning on? Each atom moves the set of places that were
 * reached, so the time is bounded by atoms times length.
 */
export function matchAtoms(atoms: readonly Atom[], text: string, anchored: boolean): boolean {
  const places = startPlaces(text, anchored);
  for (const atom of atoms) {
    if (atom.kind === 'literal') moveOverLiteral(places, text, atom.value);
    else if (atom.kind === 'at') keep(places, text, atom.test);
    else if (atom.kind === 'directories') spreadDirectories(places, text);
    else if (atom.times === 'once') moveOver(places, text, atom.test);
    else spread(places, text, atom.test, atom.times === 'any');
    if (places.first > places.last) return false;
  }
  return true;
}

/** The places that were reached: none lies outside of `first` and `last`. */
interface Places {
  readonly reached: Uint8Array;
  first: number;
  last: number;
}

function startPlaces(text: string, anchored: boolean): Places {
  const reached = new Uint8Array(text.length + 2);
  reached[0] = 1;
  if (anchored) return { reached, first: 0, last: 0 };
  for (let at = 0; at < text.length; ) {
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    reached[at] = 1;
  }
  return { reached, first: 0, last: text.length };
}

/** Each place moves over this code point, or is lost. */
function moveOverLiteral(places: Places, text: string, value: number): void {
  const { reached, first, last } = places;
  places.first = text.length + 1;
  places.last = -1;
  const width = value > 0xffff ? 2 : 1;
  // From behind, so that no place moves twice.
  for (let at = last; at >= first; at--) {
    if (reached[at] === 0) continue;
    reached[at] = 0;
    if (text.codePointAt(at) !== value) continue;
    reached[at + width] = 1;
    places.first = at + width;
    if (places.last < 0) places.last = at + width;
  }
}

/** Each place moves over one code point, or is lost. */
function moveOver(places: Places, text: string, test: CharacterTest): void {
  const { reached, first, last } = places;
  places.first = text.length + 1;
  places.last = -1;
  for (let at = last; at >= first; at--) {
    if (!reached[at]) continue;
    reached[at] = 0;
    const end = oneEnd(test, text, at);
    if (end === 0) continue;
    reached[end] = 1;
    places.first = end;
    places.last = Math.max(places.last, end);
  }
}

/** Each place also moves over one code point, or any number of them. */
function spread(places: Places, text: string, test: CharacterTest, again: boolean): void {
  const { reached, first, last } = places;
  // From behind, a place that was just reached does not move on.
  for (let at = again ? first : last; again ? at <= places.last : at >= first; at += again ? 1 : -1) {
    const end = reached[at] ? oneEnd(test, text, at) : 0;
    if (end === 0) continue;
    reached[end] = 1;
    places.last = Math.max(places.last, end);
  }
}

const slash = 0x2f;
const lineFeed = 0x0a;

/** Each place also moves behind any later slash of its line. */
function spreadDirectories(places: Places, text: string): void {
  let open = false;
  for (let at = places.first; at < text.length; at++) {
    if (places.reached[at]) open = true;
    const unit = text.charCodeAt(at);
    if (unit === lineFeed) open = false;
    if (unit !== slash || !open) continue;
    places.reached[at + 1] = 1;
    places.last = Math.max(places.last, at + 1);
  }
}

function keep(places: Places, text: string, test: (text: string, at: number) => boolean): void {
  const { reached, first, last } = places;
  places.first = text.length + 1;
  places.last = -1;
  for (let at = last; at >= first; at--) {
    if (reached[at] && test(text, at)) {
      places.first = at;
      places.last = Math.max(places.last, at);
    } else reached[at] = 0;
  }
}

/** The place after the code point at `at`, or 0 if it does not match. */
function oneEnd(test: CharacterTest, text: string, at: number): number {
  const codePoint = text.codePointAt(at);
  if (codePoint === undefined || !test(codePoint)) return 0;
  return at + (codePoint > 0xffff ? 2 : 1);
}
