import { Composer, type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, Parser } from 'yaml';
import { decodeKitfile } from './decodeKitfile.ts';
import type { KitfileSource } from './Kitfile.ts';
import { kitfileText } from './kitfileText.ts';
import { type Mistake, mistakesError } from './mistakesError.ts';

/**
 * Parses the bytes of a Kitfile as `kit` 1.15 does: unknown and repeated fields are refused, scalars keep their text.
 * Throws `kitfile-invalid` with every mistake and its position.
 */
export function parseKitfile(bytes: Uint8Array, file: string): KitfileSource {
  const text = kitfileText(bytes, file);
  const document = firstDocument(text);
  if (!document) throw mistakesError(file, text, [{ message: 'The Kitfile is empty.', offset: -1 }]);
  const broken = document.errors.map(
    ({ message, pos }): Mistake => ({ message: `This is no valid YAML: ${message.split('\n')[0]}`, offset: pos[0] }),
  );
  if (broken.length) throw mistakesError(file, text, broken);
  const { kitfile, mistakes } = decodeKitfile(document);
  if (mistakes.length) throw mistakesError(file, text, mistakes);
  return { kitfile, file, text, offsetOf: (path) => findOffset(document, path) };
}

/** The first document only: `kit` never reads a second one, not even when it is broken. */
function firstDocument(text: string): Document.Parsed | undefined {
  const composer = new Composer({
    schema: 'failsafe',
    version: '1.2',
    uniqueKeys: false,
    strict: true,
    logLevel: 'silent',
  });
  for (const document of composer.compose(new Parser().parse(text))) return document as Document.Parsed;
  return undefined;
}

function findOffset(document: Document.Parsed, path: string): number {
  let node: unknown = document.contents;
  let offset = -1;
  for (const key of path === '' ? [] : path.split('.')) {
    const target: unknown = isAlias(node) ? node.resolve(document) : node;
    if (isSeq(target)) node = target.items[Number(key)];
    else if (isMap(target)) node = target.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.value;
    else break;
    offset = (node as ParsedNode | undefined)?.range?.[0] ?? offset;
  }
  return offset;
}
