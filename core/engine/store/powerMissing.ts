import { KitwrightError } from '../errors/KitwrightError.ts';

/** The error (`target-invalid`) for what a target cannot do because its plugin gives it no such power. */
export function powerMissing(sentence: string, power: 'delete' | 'names' | 'tags'): KitwrightError {
  return new KitwrightError('target-invalid', sentence, {
    data: { power },
    hint: `The plugin of this target does not give it the power "${power}".`,
  });
}
