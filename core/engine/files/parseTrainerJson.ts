/**
 * JSON as training programs write it: `NaN`, `Infinity` and `-Infinity` are numbers (json of Python, RFC 8259 has
 * none). Linear in the length of the text. Throws SyntaxError, or RangeError for what is nested too deeply.
 */
export function parseTrainerJson(text: string): unknown {
  const quoted = text.replace(tokens, (token) => standIns[token] ?? token);
  return quoted === text ? JSON.parse(text) : JSON.parse(quoted, revive as (key: string, value: unknown) => unknown);
}

/** A text, which is passed over with what it holds, or one of the numbers. Each sign is looked at once. */
const tokens = /"(?:[^"\\]|\\.)*"?|-?\bInfinity\b|(?<!-)\bNaN\b/gs;

/** JSON numbers that no program writes. */
const standIns: Readonly<Record<string, string>> = { NaN: '0e-98765', Infinity: '1e98765', '-Infinity': '-1e98765' };

/** `source` is the text of a number (ECMA-262, JSON.parse with source text). */
function revive(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return source === standIns['NaN'] ? Number.NaN : value;
}
