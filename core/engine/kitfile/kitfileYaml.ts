import type { JsonValue } from '../errors/JsonValue.ts';
import type { Kitfile } from './Kitfile.ts';
import { type FieldTable, type FieldType, kitfileTable } from './kitfileTable.ts';
import { isSimpleKey, yamlString } from './yamlString.ts';

/** `kit` writes numbers as Go's float64 prints them; `exact` keeps integers that a float64 cannot hold. */
export type YamlNumbers = 'kit' | 'exact';

/** The YAML of a Kitfile as `kit` writes it: two blanks, struct order, authors in one line. */
export function kitfileYaml(kitfile: Kitfile, numbers: YamlNumbers = 'kit'): string {
  return documentText(structNode(kitfile, kitfileTable, numbers));
}

/** Text without a mapping is indented as in one. */
function documentText(node: YamlNode): string {
  return `${isInline(node) ? inline(node, 1) : block(node, 0)}\n`;
}

/** A YAML node to be written: a mapping with kept order, a list, a flow list of texts, or a scalar. */
type YamlNode =
  | { readonly map: readonly (readonly [string, YamlNode])[] }
  | { readonly list: readonly YamlNode[] }
  | { readonly flow: readonly string[] }
  | { readonly text: string }
  | { readonly scalar: string };

/** The lines of a mapping or list; the first line comes without its indent. */
function block(node: YamlNode, level: number): string {
  if ('map' in node && node.map.length) return mapLines(node.map, level);
  if (!('list' in node) || !node.list.length) return inline(node, level);
  return node.list.map((item) => `- ${block(item, level + 1)}`).join(`\n${pad(level)}`);
}

function mapLines(entries: readonly (readonly [string, YamlNode])[], level: number): string {
  return entries
    .map(([key, node]) => {
      if (!isSimpleKey(key))
        return `? ${yamlString(key, 'block', pad(level + 1))}\n${pad(level)}: ${block(node, level + 1)}`;
      const head = `${yamlString(key, 'key', '')}:`;
      return isInline(node)
        ? `${head} ${inline(node, level + 1)}`
        : `${head}\n${pad(level + 1)}${block(node, level + 1)}`;
    })
    .join(`\n${pad(level)}`);
}

function isInline(node: YamlNode): boolean {
  return !('map' in node && node.map.length) && !('list' in node && node.list.length);
}

function inline(node: YamlNode, level: number): string {
  if ('scalar' in node) return node.scalar;
  if ('text' in node) return yamlString(node.text, 'block', pad(level));
  if ('flow' in node) return `[${node.flow.map((text) => yamlString(text, 'flow', pad(level + 1))).join(', ')}]`;
  return 'map' in node ? '{}' : '[]';
}

function pad(level: number): string {
  return '  '.repeat(level);
}

function structNode(value: object, table: FieldTable, numbers: YamlNumbers): YamlNode {
  const nodes = table.fields.map(
    ([name, type]) => [name, fieldNode((value as Record<string, unknown>)[name], type, numbers)] as const,
  );
  return { map: nodes.filter((entry): entry is readonly [string, YamlNode] => entry[1] !== undefined) };
}

function fieldNode(value: unknown, type: FieldType, numbers: YamlNumbers): YamlNode | undefined {
  switch (type.kind) {
    case 'string':
      return value || type.keepEmpty ? { text: (value as string | undefined) ?? '' } : undefined;
    case 'strings':
      return (value as readonly string[] | undefined)?.length ? { flow: value as readonly string[] } : undefined;
    case 'any':
      return value === undefined || value === null ? undefined : anyNode(value as JsonValue, numbers);
    case 'struct':
      return value && Object.keys(value).length ? structNode(value as object, type.table, numbers) : undefined;
    case 'list': {
      const items = value as readonly object[] | undefined;
      return items?.length ? { list: items.map((item) => structNode(item, type.table, numbers)) } : undefined;
    }
  }
}

function anyNode(value: JsonValue, numbers: YamlNumbers): YamlNode {
  if (typeof value === 'string') return { text: value };
  if (typeof value === 'number' || typeof value === 'bigint') return { scalar: numberText(value, numbers) };
  if (value === null || typeof value === 'boolean') return { scalar: String(value) };
  if (Array.isArray(value)) return { list: value.map((item) => anyNode(item as JsonValue, numbers)) };
  const keys = Object.keys(value).sort(naturalOrder);
  return {
    map: keys.map((key) => [key, anyNode((value as Record<string, JsonValue>)[key] ?? null, numbers)] as const),
  };
}

function numberText(value: number | bigint, numbers: YamlNumbers): string {
  return numbers === 'exact' && typeof value === 'bigint' && isLossy(value) ? String(value) : goFloat(Number(value));
}

function isLossy(value: bigint): boolean {
  const number = Number(value);
  return !Number.isFinite(number) || BigInt(number) !== value;
}

/** Go's strconv.FormatFloat(value, 'g', -1, 64), as go-yaml writes numbers. */
export function goFloat(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (value === 0) return '0';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  const sign = power < 0 ? '-' : '+';
  return `${mantissa}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** go-yaml's order of map keys: numbers inside texts compare as numbers, letters come after other signs. */
function naturalOrder(a: string, b: string): number {
  const [x, y] = [[...a], [...b]];
  let digits = false;
  for (let i = 0; i < x.length && i < y.length; i++) {
    const [left = '', right = ''] = [x[i], y[i]];
    if (left === right) {
      digits = isDigit(left);
      continue;
    }
    if (isLetter(left) && isLetter(right)) return left < right ? -1 : 1;
    if (isLetter(left) || isLetter(right)) return digits ? (isLetter(left) ? -1 : 1) : isLetter(right) ? -1 : 1;
    return compareDigits(x, y, i);
  }
  return x.length - y.length;
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

function isLetter(character: string): boolean {
  return /\p{L}/u.test(character);
}

function compareDigits(x: readonly string[], y: readonly string[], from: number): number {
  const runOf = (characters: readonly string[], start: number): readonly [number, number] => {
    let end = start;
    while (end < characters.length && isDigit(characters[end] ?? '')) end++;
    return [end, Number(characters.slice(start, end).join('') || '0')];
  };
  let start = from;
  if (x[from] === '0' || y[from] === '0') while (start > 0 && isDigit(x[start - 1] ?? '')) start--;
  const [endX, left] = runOf(x, start);
  const [endY, right] = runOf(y, start);
  if (left !== right) return left < right ? -1 : 1;
  if (endX !== endY) return endX - endY;
  return (x[from] ?? '') < (y[from] ?? '') ? -1 : 1;
}

/** The YAML of any part of a Kitfile, as `info --filter` prints it. */
export function valueYaml(value: JsonValue): string {
  return documentText(anyNode(value, 'kit'));
}

type Selected = { readonly value: unknown; readonly type: FieldType } | undefined;

/** One part of a Kitfile. */
export interface KitfilePart {
  /** `null` where the field is empty. */
  readonly value: unknown;
  readonly yaml: string;
}

/** The part of a Kitfile at a path of fields; undefined where there is no such field. */
export function kitfilePart(kitfile: Kitfile, path: readonly string[]): KitfilePart | undefined {
  const root: Selected = { value: kitfile, type: { kind: 'struct', table: kitfileTable } };
  const selected = path.reduce(selectField, root as Selected);
  return selected && { value: selected.value ?? null, yaml: partYaml(selected) };
}

function partYaml({ value, type }: NonNullable<Selected>): string {
  if (type.kind === 'strings' && Array.isArray(value)) return valueYaml(value as JsonValue);
  const node = value === undefined ? undefined : fieldNode(value, type, 'kit');
  return node ? documentText(node) : `${type.kind === 'string' ? '""' : type.kind === 'list' ? '[]' : 'null'}\n`;
}

/** kit looks a name up among Go's field names: `package.name`, `DataSets`, never `datasets`. */
const goNames: Readonly<Record<string, string>> = { DataSets: 'datasets', MCPServers: 'mcpServers' };
const isHidden = new Set(['datasets', 'mcpServers']);

/** `digest` and `diffId` are not fields of a Kitfile, but `kit` finds them here. */
const textType: FieldType = { kind: 'string' };

function selectField(selected: Selected, name: string): Selected {
  if (selected?.type.kind !== 'struct') return undefined;
  const wanted = goNames[name] ?? (isHidden.has(name) ? undefined : name.charAt(0).toLowerCase() + name.slice(1));
  const { fields, layer } = selected.type.table;
  const isDigest = layer && (wanted === 'digest' || wanted === 'diffId');
  const type = isDigest ? textType : fields.find(([known]) => known === wanted)?.[1];
  const value = (selected.value as Record<string, unknown> | undefined)?.[wanted ?? ''];
  return type && { value, type };
}
