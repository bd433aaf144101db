import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';
import type { JsonValue } from './goValues.ts';
import type { Kitfile } from './Kitfile.ts';
import { type FieldTable, type FieldType, kitfileTable } from './kitfileTable.ts';
import type { Mistake } from './mistakesError.ts';
import { isNullText, resolvePlain, timestampOf } from './resolvePlain.ts';

class TooLarge extends Error {}

/** Decodes the document into a Kitfile and collects every mistake instead of stopping at the first. */
export function decodeKitfile(document: Document.Parsed): { kitfile: Kitfile; mistakes: readonly Mistake[] } {
  const context: Context = { document, mistakes: [], visits: 0, depth: 0 };
  try {
    const kitfile = (decodeStruct(context, document.contents, kitfileTable, '') ?? {}) as Kitfile;
    return { kitfile, mistakes: context.mistakes };
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    return { kitfile: {}, mistakes: [{ message: 'The Kitfile is nested too deeply or expands too far.', offset: 0 }] };
  }
}

interface Context {
  readonly document: Document.Parsed;
  readonly mistakes: Mistake[];
  visits: number;
  depth: number;
}

type Node = ParsedNode | null | undefined;

type Plain = Readonly<Record<string, unknown>>;

function decodeStruct(context: Context, node: Node, table: FieldTable, name: string): Plain | undefined {
  const target = deref(context, node);
  if (!target || isNull(target)) return undefined;
  const what = name || 'A Kitfile';
  if (!isMap(target)) return fail(context, node, `${what} must be a mapping of fields, not ${kindOf(target)}.`);
  return enter(context, () => decodeFields(context, target as YAMLMap.Parsed, table, name));
}

function deref(context: Context, node: Node): Node {
  return isAlias(node) ? ((node.resolve(context.document) as Node) ?? null) : node;
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

function fail(context: Context, node: Node, message: string): undefined {
  context.mistakes.push({ message, offset: offsetOf(node) });
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

function enter<T>(context: Context, visit: () => T): T {
  if (++context.visits > maxVisits || context.depth > maxDepth) throw new TooLarge();
  context.depth++;
  try {
    return visit();
  } finally {
    context.depth--;
  }
}

function decodeFields(context: Context, map: YAMLMap.Parsed, table: FieldTable, name: string): Plain {
  const types = new Map(table.fields);
  const values = pairsOf(context, map).map(({ key, keyNode, value }): readonly [string, unknown] => {
    const type = types.get(key);
    const path = name ? `${name}.${key}` : key;
    if (!type)
      return [key, fail(context, keyNode, `Unknown field ${path}; known here: ${[...types.keys()].join(', ')}.`)];
    return [key, decodeField(context, value, type, path)];
  });
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

interface Pair {
  readonly key: string;
  readonly keyNode: Node;
  readonly value: Node;
}

/** The pairs of a mapping, merge keys resolved: what stands in the mapping itself wins over what is merged. */
function pairsOf(context: Context, map: YAMLMap.Parsed, report = true): readonly Pair[] {
  const own = new Map<string, Pair>();
  const merged = new Map<string, Pair>();
  for (const item of map.items) {
    const keyNode = item.key as Node;
    if (isMerge(keyNode)) {
      for (const pair of mergedPairs(context, item.value as Node))
        if (!merged.has(pair.key)) merged.set(pair.key, pair);
      continue;
    }
    const key = keyOf(context, keyNode);
    if (key === undefined) continue;
    if (own.has(key) && report) fail(context, keyNode, `The key ${key} is already defined above.`);
    own.set(key, { key, keyNode, value: item.value as Node });
  }
  return [...own.values(), ...[...merged.values()].filter(({ key }) => !own.has(key))];
}

function isMerge(node: Node): boolean {
  return isScalar(node) && isPlain(node) && node.value === '<<';
}

function mergedPairs(context: Context, value: Node): readonly Pair[] {
  const target = deref(context, value);
  if (isSeq(target)) return target.items.flatMap((item) => mergedPairs(context, item as Node));
  if (isMap(target)) return enter(context, () => pairsOf(context, target as YAMLMap.Parsed, false));
  fail(context, value, 'A merge key (<<) needs a mapping, or a list of mappings.');
  return [];
}

function keyOf(context: Context, node: Node): string | undefined {
  const key = deref(context, node);
  if (!isScalar(key)) return fail(context, node, 'A key must be a text.');
  const resolved = isPlain(key) && key.tag === undefined ? resolvePlain(sourceOf(key)) : { value: sourceOf(key) };
  const text = 'value' in resolved && typeof resolved.value === 'string' && timestampOf(sourceOf(key)) === undefined;
  return text
    ? sourceOf(key)
    : fail(context, node, `The key ${sourceOf(key)} is of an unsupported type: quote it to make it a text.`);
}

function decodeField(context: Context, node: Node, type: FieldType, name: string): unknown {
  switch (type.kind) {
    case 'string':
      return decodeString(context, node, name);
    case 'strings':
      return decodeList(context, node, name, (item, path) => decodeString(context, item, path));
    case 'any':
      return isNull(deref(context, node)) ? undefined : decodeAny(context, node);
    case 'struct':
      return decodeStruct(context, node, type.table, name);
    case 'list':
      return decodeList(context, node, name, (item, path) => decodeStruct(context, item, type.table, path));
  }
}

function decodeString(context: Context, node: Node, name: string): string | undefined {
  const target = deref(context, node);
  if (isNull(target)) return undefined;
  if (!isScalar(target)) return fail(context, node, `${name} must be a text (string), not ${kindOf(target)}.`);
  return tagOf(target) === '!!binary' ? binaryText(target) : sourceOf(target);
}

function tagOf(node: Scalar): string | undefined {
  return node.tag?.replace('tag:yaml.org,2002:', '!!');
}

/** The text of a `!!binary` scalar; the YAML library may have decoded it already. */
function binaryText({ value }: Scalar): string {
  return (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value), 'base64')).toString('utf8');
}

function decodeList<T>(context: Context, node: Node, name: string, item: (node: Node, name: string) => T | undefined) {
  const target = deref(context, node);
  if (!target || isNull(target)) return undefined;
  if (!isSeq(target)) return fail(context, node, `${name} must be a list (sequence), not ${kindOf(target)}.`);
  const items = target.items.filter((entry) => !isNull(deref(context, entry as Node)));
  return items.map((entry, index) => item(entry as Node, `${name}.${index}`)).filter((value) => value !== undefined);
}

function decodeAny(context: Context, node: Node): JsonValue | undefined {
  return enter(context, () => {
    const target = deref(context, node);
    if (!target) return null;
    if (isScalar(target)) return decodeScalar(context, target);
    if (isSeq(target)) return target.items.map((item) => decodeAny(context, item as Node) ?? null);
    const pairs = pairsOf(context, target as YAMLMap.Parsed);
    return Object.fromEntries(pairs.map(({ key, value }) => [key, decodeAny(context, value) ?? null]));
  });
}

function decodeScalar(context: Context, node: Scalar): JsonValue | undefined {
  const tag = tagOf(node);
  if (tag !== undefined && tag !== '!') return tagged(context, node, tag);
  if (!isPlain(node) || tag === '!') return sourceOf(node);
  const resolved = resolvePlain(sourceOf(node));
  return 'value' in resolved
    ? resolved.value
    : fail(context, node as Node, `An unsupported value: ${resolved.unsupported}.`);
}

function tagged(context: Context, node: Scalar, tag: string): JsonValue | undefined {
  const text = sourceOf(node);
  if (tag === '!!binary') return binaryText(node);
  if (!['!!int', '!!float', '!!bool', '!!null', '!!timestamp'].includes(tag)) return text;
  const resolved = resolvePlain(text);
  if ('unsupported' in resolved) return fail(context, node as Node, resolved.unsupported);
  const { value } = resolved;
  if (tag === '!!float' && typeof value === 'bigint') return Number(value);
  return value;
}
