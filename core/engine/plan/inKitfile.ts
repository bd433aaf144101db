import { KitwrightError } from '../errors/KitwrightError.ts';
import { withDetails } from '../errors/withDetails.ts';
import type { KitfileSource } from '../kitfile/Kitfile.ts';
import { positionOf } from '../kitfile/mistakesError.ts';

/** An error about an element of a Kitfile, or about the kit that it refers to, with the line of that path. */
export function inKitfile(error: unknown, { file, text, offsetOf }: KitfileSource): unknown {
  if (!(error instanceof KitwrightError) || error.source) return error;
  const element = elementOf(error);
  return element === undefined
    ? error
    : withDetails(error, { source: positionOf(file, text, offsetOf(`${element}.path`)) });
}

/** `model`, `docs.0`, ... */
function elementOf({ code, data }: KitwrightError): string | undefined {
  if (typeof data['id'] === 'string') return data['id'];
  return code === 'kit-not-found' || code.startsWith('references-') ? 'model' : undefined;
}
