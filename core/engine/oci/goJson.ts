export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};
const special =
  /["\\\u0000-\u001f<>&\u2028\u2029]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const isLone = (unit: string): boolean => unit >= '\ud800' && unit <= '\udfff';
const escapeUnit = (unit: string): string =>
  escapes[unit] ?? (isLone(unit) ? '\ufffd' : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A JSON string as Go's encoding/json writes it: `<`, `>`, `&`, U+2028 and U+2029 are escaped. */
export const goString = (text: string): string => `"${text.replace(special, escapeUnit)}"`;

const goNumber = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The keys of a Go map in the order of encoding/json: by UTF-8 bytes. */
export const sortedKeys = (object: object): readonly string[] => Object.keys(object).sort(compare);

/** A structure whose fields keep their order, as a Go struct does. Undefined fields are left out. */
export class Fields {
  readonly entries: readonly (readonly [string, JsonNode | undefined])[];
  constructor(entries: readonly (readonly [string, JsonNode | undefined])[]) {
    this.entries = entries;
  }
}

export type JsonNode = JsonValue | Fields | readonly JsonNode[];

interface Layout {
  readonly indent: string;
  readonly level: number;
}

const wrap = (open: string, parts: readonly string[], close: string, { indent, level }: Layout): string => {
  if (parts.length === 0) return open + close;
  if (!indent) return `${open}${parts.join(',')}${close}`;
  const pad = `\n${indent.repeat(level + 1)}`;
  return `${open}${pad}${parts.join(`,${pad}`)}\n${indent.repeat(level)}${close}`;
};

const write = (node: JsonNode, layout: Layout): string => {
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
};

/**
 * JSON with the bytes of Go's encoding/json: compact, or indented by two blanks.
 * Plain objects are Go maps (sorted keys); `Fields` are Go structs (kept order).
 */
export const goJson = (node: JsonNode, indent: '' | '  ' = ''): string => write(node, { indent, level: 0 });
