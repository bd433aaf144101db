import { displayRepository, KitwrightError, type OfferedKit } from '@kitwright/core/internal';
import { nameOf } from '../policy/nameOf.ts';
import { pinFor } from './pinFor.ts';
import { type Pins, pinsFile, readPins } from './readPins.ts';

/** Refuses a kit whose name meant another one when it was pinned. Throws `pin-mismatch`. */
export function checkPin(pins: Pins, kit: OfferedKit): void {
  const [, pin] = pinFor(pins, kit);
  const { digest } = kit.root;
  if (!pin || pin.digest === digest) return;
  const name = nameOf(kit);
  const moved = pin.previous.includes(digest) ? 'moved back to' : 'moved to';
  throw new KitwrightError('pin-mismatch', `${name} is pinned to ${pin.digest} and has ${moved} ${digest}.`, {
    data: { name, pinned: pin.digest, found: digest },
    hint: `If the new kit is wanted: kitwright pin ${name}. The pinned one is ${displayRepository(kit.place)}@${pin.digest}. See ${pinsFile}.`,
  });
}

/** The same by the pins of the current directory, which are read when the first kit is checked. Throws `config-invalid` too. */
export function pinCheck(): (kit: OfferedKit) => void {
  let pins: Pins | undefined;
  return (kit) => {
    pins ??= readPins();
    checkPin(pins, kit);
  };
}
