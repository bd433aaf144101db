import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';
import type { JsonValue } from '../errors/JsonValue.ts';
import type { Kitfile } from './Kitfile.ts';
import { type FieldTable, type FieldType, kitfileTable } from './kitfileTable.ts';
import type { AliasLinks } from './linkAliases.ts';
import type { Mistake } from './mistakesError.ts';
import { isMergeKey, isNullScalar, isText, resolveScalar, sourceOf, tagOf } from './resolveScalar.ts';

class TooDeep extends Error {}

/** Decodes the document into a Kitfile and collects every mistake instead of stopping at the first. */
export function decodeKitfile({ contents }: Document.Parsed, { targetOf }: AliasLinks): DecodedKitfile {
  const decoding: Decoding = { targetOf, mistakes: [], depth: 0 };
  try {
    const kitfile = (decodeStruct(decoding, contents, kitfileTable, '') ?? {}) as Kitfile;
    return { kitfile, mistakes: decoding.mistakes };
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    return { kitfile: {}, mistakes: [{ message: 'The Kitfile is nested too deeply.', offset: 0 }] };
  }
}

export interface DecodedKitfile {
  readonly kitfile: Kitfile;
  readonly mistakes: readonly Mistake[];
}

interface Decoding extends Pick<AliasLinks, 'targetOf'> {
  readonly mistakes: Mistake[];
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
  return isAlias(node) ? (decoding.targetOf(node) ?? null) : node;
}

function isNull(node: Node): boolean {
  return !node || (isScalar(node) && isNullScalar(node));
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

const maxDepth = 100;

function enter<T>(decoding: Decoding, visit: () => T): T {
  if (decoding.depth > maxDepth) throw new TooDeep();
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

/** The pairs of a mapping with merge keys resolved: the mapping's own keys win over merged ones. */
function pairsOf(decoding: Decoding, map: YAMLMap.Parsed, report = true): readonly Pair[] {
  const own = new Map<string, Pair>();
  let merge: Pair | undefined;
  for (const item of map.items) {
    const keyNode = item.key as Node;
    const isMerge = isScalar(keyNode) && isMergeKey(keyNode);
    const key = isMerge ? '<<' : keyOf(decoding, keyNode);
    if (key === undefined) continue;
    const pair = { key, keyNode, value: item.value as Node };
    if ((isMerge ? merge : own.get(key)) && report) fail(decoding, keyNode, `The key ${key} is already defined above.`);
    if (isMerge) merge = pair;
    else own.set(key, pair);
  }
  const merged = merge ? mergedPairs(decoding, merge.value) : [];
  return [...own.values(), ...merged.filter(({ key }) => !own.has(key))];
}

/** The pairs of the mappings that a merge key names; if a key occurs twice, the first one wins. */
function mergedPairs(decoding: Decoding, value: Node): readonly Pair[] {
  const pairs = new Map<string, Pair>();
  for (const item of isSeq(value) ? value.items : [value]) {
    const map = deref(decoding, item as Node);
    if (!isMap(map)) fail(decoding, item as Node, 'A merge key (<<) needs a mapping, or a list of mappings.');
    else
      for (const pair of enter(decoding, () => pairsOf(decoding, map as YAMLMap.Parsed, false)))
        if (!pairs.has(pair.key)) pairs.set(pair.key, pair);
  }
  return [...pairs.values()];
}

function keyOf(decoding: Decoding, node: Node): string | undefined {
  const key = deref(decoding, node);
  if (!isScalar(key)) return fail(decoding, node, 'A key must be a text.');
  return isText(key)
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
  const resolved = resolveScalar(target);
  if ('unsupported' in resolved && tagOf(target) !== undefined) return fail(decoding, node, `${resolved.unsupported}.`);
  return tagOf(target) === '!!binary' && 'value' in resolved ? String(resolved.value) : sourceOf(target);
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
  const resolved = resolveScalar(node);
  return 'value' in resolved
    ? resolved.value
    : fail(decoding, node as Node, `An unsupported value: ${resolved.unsupported}.`);
}
