import { readsAsText } from './resolvePlain.ts';

/** Where a text stands: inside `[a, b]`, as a key, or anywhere else. */
export type Place = 'block' | 'flow' | 'key';

const printable = /^[\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/u;

/** Writes a text as go-yaml v3 does; `indent` is that of a literal block's lines. */
export function yamlString(text: string, place: Place, indent: string): string {
  if (text.includes('\n')) {
    return place === 'block' && blockAllowed(text) ? literal(text, indent) : doubleQuoted(text);
  }
  if (!readsAsText(text) || !printable.test(text)) return doubleQuoted(text);
  if (plainAllowed(text, place)) return text;
  return singleAllowed(text) ? singleQuoted(text) : doubleQuoted(text);
}

function blockAllowed(text: string): boolean {
  return printable.test(text.replaceAll('\t', ' ')) && !/ [\n\r\u0085\u2028\u2029]| $/.test(text);
}

function literal(text: string, indent: string): string {
  const end = /\n*$/.exec(text)?.[0].length ?? 0;
  const chomp = end === 0 ? '-' : end === 1 && text.length > 1 ? '' : '+';
  const lines = (end > 0 ? text.slice(0, -1) : text).split('\n');
  const hint = /^[ \n]/.test(text) ? '2' : '';
  return `|${hint}${chomp}\n${lines.map((line) => (line ? indent + line : '')).join('\n')}`;
}

const escaped = /["\\\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|[\u{10000}-\u{10ffff}]/gu;

function doubleQuoted(text: string): string {
  return `"${text.replace(escaped, escapeUnit)}"`;
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

const lineBreak = /[\n\r\u0085\u2028\u2029]/;

const indicatorFirst = /^(?:[#,[\]{}&*!|>'"%@`]|---|\.\.\.)/;
const questionable = /^[-?:](?:[\s]|$)/;

/** libyaml's "plain allowed": indicators at the start, `: ` and ` #` inside, blanks at the ends. */
function plainAllowed(text: string, place: Place): boolean {
  const flow = place === 'flow';
  if (text === '' || /^[ ]|[ ]$/.test(text) || lineBreak.test(text)) return false;
  if (indicatorFirst.test(text) || questionable.test(text) || /:(?:\s|$)|[\s]#/.test(text)) return false;
  return !(flow && ((/^[?:-]/.test(text) && /^[?:]|^-\s/.test(text)) || /[,[\]{}?:]/.test(text)));
}

/** libyaml refuses single quotes where a blank stands beside a line break, or something must be escaped. */
function singleAllowed(text: string): boolean {
  return printable.test(text) && !/ [\n\r\u0085]|[\n\r\u0085] /.test(text);
}

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
