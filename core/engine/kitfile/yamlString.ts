import { readsAsText } from './resolvePlain.ts';

/** Where a text is written: inside `[a, b]`, as a key before `:` on one line, or anywhere else. */
export type Place = 'block' | 'flow' | 'key';

/** Writes a text as the emitter of go-yaml v3 does; `indent` is the indent of further lines. */
export function yamlString(text: string, place: Place, indent: string): string {
  if (text.includes('\n')) return place === 'block' && blockAllowed(text) ? literal(text, indent) : doubleQuoted(text);
  if (!readsAsText(text)) return doubleQuoted(text);
  if (place === 'key' && !isSimpleKey(text)) return doubleQuoted(text);
  if (plainAllowed(text, place)) return text;
  return singleAllowed(text) ? singleQuoted(text, indent) : doubleQuoted(text);
}

/** Longer keys, and those of several lines, follow a `?`. */
export function isSimpleKey(text: string): boolean {
  return !lineBreak.test(text) && Buffer.byteLength(text) <= 128;
}

const lineBreak = /[\n\r\u0085\u2028\u2029]/;

/** Characters that must be escaped. A tab need not be, but plain and single-quoted text cannot hold it. */
const special = /[^\t\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;
const spaceAtBreak = / [\n\r\u0085\u2028\u2029]/;

function blockAllowed(text: string): boolean {
  return !special.test(text) && !spaceAtBreak.test(text) && !text.endsWith(' ');
}

function singleAllowed(text: string): boolean {
  return !special.test(text) && !text.includes('\t') && !spaceAtBreak.test(text) && !/[\u2028\u2029] /.test(text);
}

const indicatorFirst = /^(?:[#,[\]{}&*!|>'"%@`]|---|\.\.\.|[-?:](?:[ \t]|$))/;
const indicatorWithin = /:(?:[ \t]|$)|[ \t\u2028\u2029]#/;
const flowIndicator = /^[?:]|[,?[\]{}:]/;

function plainAllowed(text: string, place: Place): boolean {
  if (/^ | $/.test(text) || text === '' || lineBreak.test(text) || !singleAllowed(text)) return false;
  if (indicatorFirst.test(text) || indicatorWithin.test(text)) return false;
  return place !== 'flow' || !flowIndicator.test(text);
}

function literal(text: string, indent: string): string {
  const hint = /^[ \n\u2028\u2029]/.test(text) ? '2' : '';
  const end = breaksAtEnd(text);
  const chomp = end === 0 ? '-' : end === 1 && text.length > 1 ? '' : '+';
  const lines = indentLines(text.endsWith('\n') ? text.slice(0, -1) : text, indent);
  return `|${hint}${chomp}\n${lines}`;
}

/** An expression would try each place of a long gap within the text. */
function breaksAtEnd(text: string): number {
  let count = 0;
  while ('\n\u2028\u2029'.includes(text.at(-1 - count) ?? 'none')) count++;
  return count;
}

/** Indents lines that are not empty. */
function indentLines(text: string, indent: string): string {
  return text.replace(/(^|[\n\u2028\u2029])(?=[^\n\u2028\u2029])/g, `$1${indent}`);
}

function singleQuoted(text: string, indent: string): string {
  return `'${text.replaceAll("'", "''").replace(/([\u2028\u2029])(?=[^\u2028\u2029])/g, `$1${indent}`)}'`;
}

const escaped = /["\\\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|[\u{10000}-\u{10ffff}]/gu;

/** go-yaml escapes every character of a text that begins with a byte order mark. */
function doubleQuoted(text: string): string {
  return `"${text.replace(text.startsWith('\ufeff') ? /./gsu : escaped, escapeUnit)}"`;
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function escapeUnit(character: string): string {
  const known = escapes[character];
  if (known) return known;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  return code <= 0xff
    ? `\\x${hex.padStart(2, '0')}`
    : code <= 0xffff
      ? `\\u${hex.padStart(4, '0')}`
      : `\\U${hex.padStart(8, '0')}`;
}
