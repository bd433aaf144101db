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
  return write(node, { indent, level: 0 });
}

interface Layout {
  readonly indent: string;
  readonly level: number;
}

function write(node: JsonNode, layout: Layout): string {
  if (node === null || typeof node === 'boolean' || typeof node === 'bigint') return String(node);
  if (typeof node === 'number') return goNumber(node);
  if (typeof node === 'string') return goString(node);
  const inner = { ...layout, level: layout.level + 1 };
  if (Array.isArray(node))
    return wrap(
      '[',
      node.map((item) => write(item, inner)),
      ']',
      layout,
    );
  const colon = layout.indent ? ': ' : ':';
  const entries: readonly (readonly [string, JsonNode | undefined])[] =
    node instanceof Fields
      ? node.entries.filter(([, value]) => value !== undefined)
      : sortedKeys(node).map((key) => [key, (node as Record<string, JsonValue>)[key]] as const);
  const parts = entries.map(([key, value]) => `${goString(key)}${colon}${write(value as JsonNode, inner)}`);
  return wrap('{', parts, '}', layout);
}

function goNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

const special =
  /["\\\u0000-\u001f<>&\u2028\u2029]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A JSON string as Go's encoding/json writes it: `<`, `>`, `&`, U+2028 and U+2029 are escaped. */
export function goString(text: string): string {
  return `"${text.replace(special, escapeUnit)}"`;
}

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

function wrap(open: string, parts: readonly string[], close: string, { indent, level }: Layout): string {
  if (parts.length === 0) return open + close;
  if (!indent) return `${open}${parts.join(',')}${close}`;
  const pad = `\n${indent.repeat(level + 1)}`;
  return `${open}${pad}${parts.join(`,${pad}`)}\n${indent.repeat(level)}${close}`;
}

/** The keys of a Go map in the order of encoding/json: by UTF-8 bytes. */
export function sortedKeys(object: object): readonly string[] {
  return Object.keys(object).sort(compare);
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
