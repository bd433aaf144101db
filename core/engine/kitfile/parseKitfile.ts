import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import { decodeKitfile } from './decodeKitfile.ts';
import type { KitfileSource } from './Kitfile.ts';
import { kitfileText } from './kitfileText.ts';
import { type AliasLinks, linkAliases } from './linkAliases.ts';
import { mistakesError } from './mistakesError.ts';
import { parseYaml } from './parseYaml.ts';

/**
 * Parses the bytes of a Kitfile as `kit` 1.15 does: unknown and repeated fields are refused, scalars keep their text.
 * Throws `kitfile-invalid` with every mistake and its position.
 */
export function parseKitfile(bytes: Uint8Array, file: string): KitfileSource {
  const text = kitfileText(bytes, file);
  const { document, mistakes: broken } = parseYaml(text);
  if (broken.length) throw mistakesError(file, text, broken);
  if (!document) throw mistakesError(file, text, [{ message: 'The Kitfile is empty.', offset: -1 }]);
  const links = linkAliases(document);
  if (links.mistakes.length) throw mistakesError(file, text, links.mistakes);
  const { kitfile, mistakes } = decodeKitfile(document, links);
  if (mistakes.length) throw mistakesError(file, text, mistakes);
  return { kitfile, file, text, offsetOf: (path) => findOffset(document, links, path) };
}

function findOffset(document: Document.Parsed, { targetOf }: AliasLinks, path: string): number {
  let node: unknown = document.contents;
  let offset = -1;
  for (const key of path === '' ? [] : path.split('.')) {
    const target: unknown = isAlias(node) ? targetOf(node) : node;
    if (isSeq(target)) node = target.items[Number(key)];
    else if (isMap(target)) node = target.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.value;
    else break;
    offset = (node as ParsedNode | undefined)?.range?.[0] ?? offset;
  }
  return offset;
}
