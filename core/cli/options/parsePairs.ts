import { KitwrightError } from '@kitwright/core/internal';

/** `key=value` of a repeated option; `what` names it: `An annotation`. Throws `usage`. */
export function parsePairs(texts: readonly string[], what: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
      throw new KitwrightError('usage', `${what} is written KEY=VALUE, not ${JSON.stringify(text)}.`);
    }),
  );
}
