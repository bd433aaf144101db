import { KitwrightError } from '@kitwright/core/internal';

/** SOURCE_DATE_EPOCH: seconds since 1970, for reproducible builds with a date. Throws `usage`. */
export function sourceDate(env: Readonly<Record<string, string | undefined>>): number | undefined {
  const text = env['SOURCE_DATE_EPOCH'];
  if (!text) return undefined;
  if (!/^\d{1,11}$/.test(text))
    throw new KitwrightError('usage', `SOURCE_DATE_EPOCH must be seconds since 1970, not ${JSON.stringify(text)}.`);
  return Number(text);
}
