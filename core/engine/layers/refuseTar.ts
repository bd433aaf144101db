import { KitwrightError } from '../errors/KitwrightError.ts';

/** The error for a tar from outside that is not clearly one thing. */
export function refuseTar(why: string): KitwrightError {
  return new KitwrightError('kit-malformed', `A tar layer is not usable: ${why}.`);
}
