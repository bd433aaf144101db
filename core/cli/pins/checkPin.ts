import { KitwrightError, type OfferedKit } from '@kitwright/core/internal';
import { canonicalPlace } from '../policy/canonicalPlace.ts';
import { nameOf } from '../policy/nameOf.ts';
import { pinsFile, readPins } from './readPins.ts';

/** Refuses a kit whose name meant another one when it was pinned. Throws `pin-mismatch`. */
export function checkPin(kit: OfferedKit): void {
  const name = nameOf(kit);
  const pins = readPins();
  const spelled = canonicalPlace(name);
  const [, pin] = Object.entries(pins).find(([pinned]) => canonicalPlace(pinned) === spelled) ?? [];
  const { digest } = kit.root;
  if (!pin || pin.digest === digest) return;
  const moved = pin.previous.includes(digest) ? 'moved back to' : 'moved to';
  throw new KitwrightError('pin-mismatch', `${name} is pinned to ${pin.digest} and has ${moved} ${digest}.`, {
    data: { name, pinned: pin.digest, found: digest },
    hint: `If the new kit is wanted: kitwright pin ${name}. The pinned one is ${kit.place}@${pin.digest}. See ${pinsFile}.`,
  });
}
