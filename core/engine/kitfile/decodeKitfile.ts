import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';
import type { JsonValue } from '../errors/JsonValue.ts';
import type { Kitfile } from './Kitfile.ts';
import { type FieldTable, type FieldType, kitfileTable } from './kitfileTable.ts';
import type { Mistake } from './mistakesError.ts';
import { isNullText, resolvePlain, timestampOf } from './resolvePlain.ts';

class TooLarge extends Error {}

/** Decodes the document into a Kitfile and collects every mistake instead of stopping at the first. */
export function decodeKitfile(document: Document.Parsed): { kitfile: Kitfile; mistakes: readonly Mistake[] } {
  const decoding: Decoding = { document, mistakes: [], visits: 0, depth: 0 };
  try {
    const kitfile = (decodeStruct(decoding, document.contents, kitfileTable, '') ?? {}) as Kitfile;
    return { kitfile, mistakes: decoding.mistakes };
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    return { kitfile: {}, mistakes: [{ message: 'The Kitfile is nested too deeply or expands too far.', offset: 0 }] };
  }
}

interface Decoding {
  readonly document: Document.Parsed;
  readonly mistakes: Mistake[];
  visits: number;
  depth: number;
}

type Node = ParsedNode | null | undefined;

type Plain = Readonly<Record<string, unknown>>;

function decodeStruct(decoding: Decoding, node: Node, table: FieldTable, name: string): Plain | undefined {
  const target = deref(decoding, node);
  if (!target || isNull(target)) return undefined;
  const what = name || 'A Kitfile';
  if (!isMap(target)) return fail(decoding, node, `${what} must be a mapping of fields, not ${kindOf(target)}.`);
  return enter(decoding, () => decodeFields(decoding, target as YAMLMap.Parsed, table, name));
}

function deref(decoding: Decoding, node: Node): Node {
  return isAlias(node) ? ((node.resolve(decoding.document) as Node) ?? null) : node;
}

function isNull(node: Node): boolean {
  return (
    !node ||
    (isScalar(node) &&
      isPlain(node) &&
      (node.tag === undefined || node.tag.endsWith(':null')) &&
      isNullText(sourceOf(node)))
  );
}

function isPlain(node: Scalar): boolean {
  return node.type === 'PLAIN' || node.type === undefined;
}

function sourceOf(node: Scalar): string {
  return String(node.value ?? '');
}

function fail(decoding: Decoding, node: Node, message: string): undefined {
  decoding.mistakes.push({ message, offset: offsetOf(node) });
  return undefined;
}

function offsetOf(node: Node): number {
  return node?.range?.[0] ?? -1;
}

function kindOf(node: Node): string {
  if (isNull(node)) return 'nothing';
  return isMap(node) ? 'a mapping' : isSeq(node) ? 'a list' : 'a value';
}

/** Nodes that are visited at most, aliases counted each time: a Kitfile of a few lines must not expand for ever. */
const maxVisits = 1_000_000;
const maxDepth = 100;

function enter<T>(decoding: Decoding, visit: () => T): T {
  if (++decoding.visits > maxVisits || decoding.depth > maxDepth) throw new TooLarge();
  decoding.depth++;
  try {
    return visit();
  } finally {
    decoding.depth--;
  }
}

function decodeFields(decoding: Decoding, map: YAMLMap.Parsed, table: FieldTable, name: string): Plain {
  const types = new Map(table.fields);
  const values = pairsOf(decoding, map).map(({ key, keyNode, value }): readonly [string, unknown] => {
    const type = types.get(key);
    const path = name ? `${name}.${key}` : key;
    if (!type)
      return [key, fail(decoding, keyNode, `Unknown field ${path}; known here: ${[...types.keys()].join(', ')}.`)];
    return [key, decodeField(decoding, value, type, path)];
  });
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

interface Pair {
  readonly key: string;
  readonly keyNode: Node;
  readonly value: Node;
}

/** The pairs of a mapping, merge keys resolved: what stands in the mapping itself wins over what is merged. */
function pairsOf(decoding: Decoding, map: YAMLMap.Parsed, report = true): readonly Pair[] {
  const own = new Map<string, Pair>();
  const merged = new Map<string, Pair>();
  for (const item of map.items) {
    const keyNode = item.key as Node;
    if (isMerge(keyNode)) {
      for (const pair of mergedPairs(decoding, item.value as Node))
        if (!merged.has(pair.key)) merged.set(pair.key, pair);
      continue;
    }
    const key = keyOf(decoding, keyNode);
    if (key === undefined) continue;
    if (own.has(key) && report) fail(decoding, keyNode, `The key ${key} is already defined above.`);
    own.set(key, { key, keyNode, value: item.value as Node });
  }
  return [...own.values(), ...[...merged.values()].filter(({ key }) => !own.has(key))];
}

function isMerge(node: Node): boolean {
  return isScalar(node) && isPlain(node) && node.value === '<<';
}

function mergedPairs(decoding: Decoding, value: Node): readonly Pair[] {
  const target = deref(decoding, value);
  if (isSeq(target)) return target.items.flatMap((item) => mergedPairs(decoding, item as Node));
  if (isMap(target)) return enter(decoding, () => pairsOf(decoding, target as YAMLMap.Parsed, false));
  fail(decoding, value, 'A merge key (<<) needs a mapping, or a list of mappings.');
  return [];
}

function keyOf(decoding: Decoding, node: Node): string | undefined {
  const key = deref(decoding, node);
  if (!isScalar(key)) return fail(decoding, node, 'A key must be a text.');
  const resolved = isPlain(key) && key.tag === undefined ? resolvePlain(sourceOf(key)) : { value: sourceOf(key) };
  const text = 'value' in resolved && typeof resolved.value === 'string' && timestampOf(sourceOf(key)) === undefined;
  return text
    ? sourceOf(key)
    : fail(decoding, node, `The key ${sourceOf(key)} is of an unsupported type: quote it to make it a text.`);
}

function decodeField(decoding: Decoding, node: Node, type: FieldType, name: string): unknown {
  switch (type.kind) {
    case 'string':
      return decodeString(decoding, node, name);
    case 'strings':
      return decodeList(decoding, node, name, (item, path) => decodeString(decoding, item, path));
    case 'any':
      return isNull(deref(decoding, node)) ? undefined : decodeAny(decoding, node);
    case 'struct':
      return decodeStruct(decoding, node, type.table, name);
    case 'list':
      return decodeList(decoding, node, name, (item, path) => decodeStruct(decoding, item, type.table, path));
  }
}

function decodeString(decoding: Decoding, node: Node, name: string): string | undefined {
  const target = deref(decoding, node);
  if (isNull(target)) return undefined;
  if (!isScalar(target)) return fail(decoding, node, `${name} must be a text (string), not ${kindOf(target)}.`);
  return tagOf(target) === '!!binary' ? binaryText(target) : sourceOf(target);
}

function tagOf(node: Scalar): string | undefined {
  return node.tag?.replace('tag:yaml.org,2002:', '!!');
}

/** The text of a `!!binary` scalar; the YAML library may have decoded it already. */
function binaryText({ value }: Scalar): string {
  return (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value), 'base64')).toString('utf8');
}

function decodeList<T>(
  decoding: Decoding,
  node: Node,
  name: string,
  item: (node: Node, name: string) => T | undefined,
) {
  const target = deref(decoding, node);
  if (!target || isNull(target)) return undefined;
  if (!isSeq(target)) return fail(decoding, node, `${name} must be a list (sequence), not ${kindOf(target)}.`);
  const items = target.items.filter((entry) => !isNull(deref(decoding, entry as Node)));
  return items.map((entry, index) => item(entry as Node, `${name}.${index}`)).filter((value) => value !== undefined);
}

function decodeAny(decoding: Decoding, node: Node): JsonValue | undefined {
  return enter(decoding, () => {
    const target = deref(decoding, node);
    if (!target) return null;
    if (isScalar(target)) return decodeScalar(decoding, target);
    if (isSeq(target)) return target.items.map((item) => decodeAny(decoding, item as Node) ?? null);
    const pairs = pairsOf(decoding, target as YAMLMap.Parsed);
    return Object.fromEntries(pairs.map(({ key, value }) => [key, decodeAny(decoding, value) ?? null]));
  });
}

function decodeScalar(decoding: Decoding, node: Scalar): JsonValue | undefined {
  const tag = tagOf(node);
  if (tag !== undefined && tag !== '!') return tagged(decoding, node, tag);
  if (!isPlain(node) || tag === '!') return sourceOf(node);
  const resolved = resolvePlain(sourceOf(node));
  return 'value' in resolved
    ? resolved.value
    : fail(decoding, node as Node, `An unsupported value: ${resolved.unsupported}.`);
}

function tagged(decoding: Decoding, node: Scalar, tag: string): JsonValue | undefined {
  const text = sourceOf(node);
  if (tag === '!!binary') return binaryText(node);
  if (!['!!int', '!!float', '!!bool', '!!null', '!!timestamp'].includes(tag)) return text;
  const resolved = resolvePlain(text);
  if ('unsupported' in resolved) return fail(decoding, node as Node, resolved.unsupported);
  const { value } = resolved;
  if (tag === '!!float' && typeof value === 'bigint') return Number(value);
  return value;
}
