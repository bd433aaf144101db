import type { Scalar } from 'yaml';
import { isNullText, type Resolved, resolvePlain, timestampOf } from './resolvePlain.ts';

/** Results are remembered, because thousands of aliases may refer to one long scalar. */
const known = new WeakMap<Scalar, Resolved>();

/** What a scalar is, as go-yaml v3 resolves it: by its tag, its quotes, or its text. */
export function resolveScalar(node: Scalar): Resolved {
  const resolved = known.get(node) ?? resolve(node);
  known.set(node, resolved);
  return resolved;
}

function resolve(node: Scalar): Resolved {
  const [tag, text] = [tagOf(node), sourceOf(node)];
  if (tag === undefined) return isQuoted(node) ? { value: text } : resolvePlain(text);
  if (tag === '!!binary') return binary(text);
  const isOfTag = Object.hasOwn(typed, tag) ? typed[tag] : undefined;
  if (!isOfTag) return { value: text };
  const resolved = tag === '!!timestamp' ? { value: timestampOf(text) ?? text } : resolvePlain(text);
  if (!isOfTag(resolved, text)) return { unsupported: `${JSON.stringify(text)} is no ${tag}` };
  return tag === '!!float' && 'value' in resolved ? { value: Number(resolved.value) } : resolved;
}

/** The tag of a node in its short form, undefined if there is none or only a `!`. */
export function tagOf({ tag }: { readonly tag?: string | undefined }): string | undefined {
  return tag === undefined || tag === '!' || tag === '' ? undefined : tag.replace(/^tag:yaml\.org,2002:/, '!!');
}

/** The text of a scalar as it was written, without quotes. */
export function sourceOf(node: Scalar): string {
  return node.source ?? '';
}

function isQuoted({ type }: Scalar): boolean {
  return type !== undefined && type !== 'PLAIN';
}

/** Is it null? Quotes or a tag make it a text. */
export function isNullScalar(node: Scalar): boolean {
  const tag = tagOf(node);
  return isNullText(sourceOf(node)) && (tag === '!!null' || (tag === undefined && !isQuoted(node)));
}

/** `<<` without quotes. */
export function isMergeKey(node: Scalar): boolean {
  const tag = tagOf(node);
  return sourceOf(node) === '<<' && (tag === '!!merge' || (tag === undefined && !isQuoted(node)));
}

/** Does a scalar resolve to a text? A mapping that becomes JSON needs such keys. */
export function isText(node: Scalar): boolean {
  const resolved = resolveScalar(node);
  const tag = tagOf(node);
  if (tag !== undefined) return tag === '!!str';
  return isQuoted(node) || ('value' in resolved && typeof resolved.value === 'string' && !timestampOf(sourceOf(node)));
}

const integerLimit = 2n ** 63n;

/** Tags that check their scalar; any other tag makes a text. */
const typed: Readonly<Record<string, (resolved: Resolved, text: string) => boolean>> = {
  '!!null': (_, text) => isNullText(text),
  '!!bool': (resolved) => 'value' in resolved && typeof resolved.value === 'boolean',
  '!!int': (resolved) => 'value' in resolved && typeof resolved.value === 'bigint',
  '!!float': (resolved) =>
    !('value' in resolved) ||
    typeof resolved.value === 'number' ||
    (typeof resolved.value === 'bigint' && resolved.value < integerLimit),
  '!!timestamp': (_, text) => timestampOf(text) !== undefined,
};

function binary(text: string): Resolved {
  const packed = text.replace(/[\r\n]/g, '');
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed))
    return { unsupported: '!!binary is no base64' };
  return { value: Buffer.from(packed, 'base64').toString('utf8') };
}
