import type { OfferedKit } from '@kitwright/core/internal';
import { canonicalPlace } from '../policy/canonicalPlace.ts';
import { fullNameOf } from '../policy/nameOf.ts';
import type { Pin, Pins } from './readPins.ts';

/** The pin of a kit's name, and that name as the file spells it, or would. */
export function pinFor(pins: Pins, kit: OfferedKit): readonly [name: string, pin: Pin | undefined] {
  const name = fullNameOf(kit);
  const spelled = canonicalPlace(name);
  return Object.entries(pins).find(([pinned]) => canonicalPlace(pinned) === spelled) ?? [name, undefined];
}
