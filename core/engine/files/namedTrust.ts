import { realpathSync } from 'node:fs';
import { delimiter, isAbsolute } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const variable = 'KITWRIGHT_TRUST';

/** Does KITWRIGHT_TRUST allow the code of every directory, as `--trust` does? */
export function trustsAll(env: Environment): boolean {
  return /^(?:1|true|yes)$/i.test(env[variable] ?? '');
}

/**
 * Does KITWRIGHT_TRUST name this directory? Throws `usage` for a relative path, whose meaning depends on the current
 * directory.
 */
export function namesDirectory(env: Environment, folder: string): boolean {
  const text = env[variable] ?? '';
  if (trustsAll(env) || /^(?:0|false|no)?$/i.test(text)) return false;
  const named = text.split(delimiter).filter(Boolean);
  const relative = named.find((path) => !isAbsolute(path));
  if (relative !== undefined)
    throw new KitwrightError('usage', `${variable} must be 1 or absolute paths, not ${JSON.stringify(relative)}.`);
  return named.some((path) => realPath(path) === realpathSync(folder));
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
