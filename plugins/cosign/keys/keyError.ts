import { KitwrightError } from '@kitwright/core/plugin';

/** A key that cannot be used. `why` follows the name of the key: `is no private key of cosign`. */
export function keyError(key: string, why: string, hint?: string, cause?: unknown): KitwrightError {
  return new KitwrightError('key-invalid', `The key ${key} ${why}.`, {
    data: { key },
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}
