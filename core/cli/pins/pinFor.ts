import type { OfferedKit } from '@kitwright/core/internal';
import { canonicalPlace } from '../policy/canonicalPlace.ts';
import { fullNameOf } from '../policy/nameOf.ts';
import type { Pin, Pins } from './readPins.ts';

const known = new WeakMap<Pins, ReadonlyMap<string, readonly [name: string, pin: Pin]>>();

/** The pin of a kit's name, and that name as the file spells it, or would; of two spellings the first counts. */
export function pinFor(pins: Pins, kit: OfferedKit): readonly [name: string, pin: Pin | undefined] {
  const name = fullNameOf(kit);
  return bySpelling(pins).get(canonicalPlace(name)) ?? [name, undefined];
}

/** An archive may have a hundred thousand kits: the pins are gone through once for all of them. */
function bySpelling(pins: Pins) {
  const spelled =
    known.get(pins) ??
    new Map(
      Object.entries(pins)
        .map((entry) => [canonicalPlace(entry[0]), entry] as const)
        .toReversed(),
    );
  known.set(pins, spelled);
  return spelled;
}
