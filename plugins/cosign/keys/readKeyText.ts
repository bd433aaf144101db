import { KitwrightError, type OpenContext, readPlainFile } from '@kitwright/core/plugin';
import { keyError } from './keyError.ts';

/** Bytes; a key of cosign has less than 1 KiB. */
const limit = 64 * 1024;

/** The text of a key in a file, or in a variable (`env://NAME`). Throws `key-invalid`. */
export function readKeyText(key: string, { env }: Pick<OpenContext, 'env'>): string {
  const variable = /^env:\/\/(.*)$/.exec(key)?.[1];
  if (variable === undefined) return textOfFile(key);
  const text = env[variable];
  if (!text) throw keyError(key, 'is not there: the variable is not set');
  return text;
}

function textOfFile(path: string): string {
  try {
    return readPlainFile(path, limit).toString();
  } catch (error) {
    if (!(error instanceof KitwrightError)) throw error;
    throw keyError(path, 'cannot be read', undefined, error);
  }
}

/** `scheme://id`: a key in a service; undefined for a file or a variable. */
export function serviceOf(key: string): { readonly scheme: string; readonly id: string } | undefined {
  const [, scheme, id] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/.exec(key) ?? [];
  return scheme === undefined || id === undefined || scheme === 'env' ? undefined : { scheme, id };
}
