import type { JsonValue } from '../errors/JsonValue.ts';

/** A structure whose fields keep their order, as a Go struct does. Undefined fields are left out. */
export class Fields {
  readonly entries: readonly (readonly [string, JsonNode | undefined])[];
  constructor(entries: readonly (readonly [string, JsonNode | undefined])[]) {
    this.entries = entries;
  }
}

/** A JSON value, with structures whose fields keep their order. */
export type JsonNode = JsonValue | Fields | readonly JsonNode[];

/**
 * JSON with the bytes of Go's encoding/json: compact, or indented by two blanks.
 * Plain objects are Go maps (sorted keys); `Fields` are Go structs (kept order).
 */
export function goJson(node: JsonNode, indent: '' | '  ' = ''): string {
  return write(node, indent, 0);
}

function write(node: JsonNode, indent: string, level: number): string {
  if (node === null || typeof node === 'boolean' || typeof node === 'bigint') return String(node);
  if (typeof node === 'number') return goNumber(node);
  if (typeof node === 'string') return goString(node);
  const parts: string[] = [];
  if (Array.isArray(node)) {
    for (const item of node) parts.push(write(item, indent, level + 1));
    return wrap('[', parts, ']', indent, level);
  }
  const colon = indent ? ': ' : ':';
  const add = (key: string, value: JsonNode) =>
    parts.push(`${goString(key)}${colon}${write(value, indent, level + 1)}`);
  if (node instanceof Fields) {
    for (const [key, value] of node.entries) if (value !== undefined) add(key, value);
  } else for (const key of sortedKeys(node)) add(key, (node as Record<string, JsonValue>)[key] as JsonValue);
  return wrap('{', parts, '}', indent, level);
}

function goNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

const special =
  /["\\\u0000-\u001f<>&\u2028\u2029]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A JSON string as Go's encoding/json writes it: `<`, `>`, `&`, U+2028 and U+2029 are escaped. */
export function goString(text: string): string {
  return unusual.test(text) ? `"${text.replace(special, escapeUnit)}"` : `"${text}"`;
}

/** Most texts have nothing of it, and one set of characters is looked for quicker than all that may need an escape. */
const unusual = /[^ !#-%'-;=?-[\]-~]/;

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function escapeUnit(unit: string): string {
  return escapes[unit] ?? (isLone(unit) ? '\ufffd' : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function isLone(unit: string): boolean {
  return unit >= '\ud800' && unit <= '\udfff';
}

function wrap(open: string, parts: readonly string[], close: string, indent: string, level: number): string {
  if (parts.length === 0) return open + close;
  if (!indent) return `${open}${parts.join(',')}${close}`;
  const pad = `\n${indent.repeat(level + 1)}`;
  return `${open}${pad}${parts.join(`,${pad}`)}\n${indent.repeat(level)}${close}`;
}

/** The keys of a Go map in the order of encoding/json: by UTF-8 bytes. */
export function sortedKeys(object: object): readonly string[] {
  const keys = Object.keys(object);
  return keys.some((key) => beyond.test(key)) ? keys.sort(compare) : keys.sort();
}

/** Units that UTF-16 sorts otherwise than UTF-8 does: surrogates, and what comes after them. */
const beyond = /[\ud800-\uffff]/;

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
