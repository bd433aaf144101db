import { KitwrightError, readPlainFile } from '@kitwright/core/internal';
import type { Session } from '../Session.ts';

/** Bytes. */
const limit = 64 * 1024;

/** The text of a key in a file or a variable (`env://NAME`); undefined for one in a service. Throws `key-invalid`. */
export function keyText({ env }: Session, key: string): string | undefined {
  const variable = /^env:\/\/(.*)$/.exec(key)?.[1];
  if (variable !== undefined) return env[variable] || refuse(key, 'is not there: the variable is not set');
  if (/^[a-z][a-z0-9+.-]*:\/\//.test(key)) return undefined;
  try {
    return readPlainFile(key, limit).toString();
  } catch (error) {
    return refuse(key, 'cannot be read', error);
  }
}

function refuse(key: string, why: string, cause?: unknown): never {
  throw new KitwrightError('key-invalid', `The key ${key} ${why}.`, {
    data: { key },
    ...(cause === undefined ? {} : { cause }),
  });
}
