import { Composer, type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, Parser, visit } from 'yaml';
import { decodeKitfile } from './decodeKitfile.ts';
import type { KitfileSource } from './Kitfile.ts';
import { kitfileText } from './kitfileText.ts';
import { type AliasLinks, linkAliases } from './linkAliases.ts';
import { type Mistake, mistakesError } from './mistakesError.ts';

/**
 * Parses the bytes of a Kitfile as `kit` 1.15 does: unknown and repeated fields are refused, scalars keep their text.
 * Throws `kitfile-invalid` with every mistake and its position.
 */
export function parseKitfile(bytes: Uint8Array, file: string): KitfileSource {
  const text = kitfileText(bytes, file);
  const document = firstDocument(text);
  if (!document) throw mistakesError(file, text, [{ message: 'The Kitfile is empty.', offset: -1 }]);
  const links = linkAliases(document);
  const broken = [...syntaxMistakes(document), ...escapeMistakes(document, text), ...links.mistakes];
  if (broken.length) throw mistakesError(file, text, broken);
  const { kitfile, mistakes } = decodeKitfile(document, links);
  if (mistakes.length) throw mistakesError(file, text, mistakes);
  return { kitfile, file, text, offsetOf: (path) => findOffset(document, links, path) };
}

/** The first document only: `kit` never reads a second one, not even when it is broken. */
function firstDocument(text: string): Document.Parsed | undefined {
  const composer = new Composer({
    schema: 'failsafe',
    version: '1.2',
    uniqueKeys: false,
    strict: true,
    resolveKnownTags: false,
    logLevel: 'silent',
  });
  for (const document of composer.compose(new Parser().parse(text))) return document as Document.Parsed;
  return undefined;
}

/** What the parser refused. Of its warnings only those about directives: go-yaml knows no others, and YAML 1.1 only. */
function syntaxMistakes({ errors, warnings, directives }: Document.Parsed): readonly Mistake[] {
  // The parser's own stack ended, and what it says after that is of no use.
  const tooDeep = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (tooDeep) return [{ message: 'The Kitfile is nested too deeply.', offset: tooDeep.pos[0] }];
  const mistakes = [...errors, ...warnings.filter(({ code }) => code === 'BAD_DIRECTIVE')].map(
    ({ message, pos }): Mistake => ({ message: `This is no valid YAML: ${message.split('\n')[0]}`, offset: pos[0] }),
  );
  if (directives?.yaml.explicit && directives.yaml.version !== '1.1')
    mistakes.push({ message: 'kit reads YAML 1.1 only: leave the %YAML line out.', offset: 0 });
  return mistakes;
}

/** Halves of surrogate pairs are no characters; the parser takes them. */
function escapeMistakes(document: Document.Parsed, text: string): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  visit(document, {
    Scalar: (_, { type, range }) => {
      if (type !== 'QUOTE_DOUBLE' || !range) return;
      for (const { 0: found, index } of text.slice(range[0], range[1]).matchAll(/\\(?:u.{4}|[^u])/gs))
        if (/^\\u[dD][89a-fA-F]/.test(found))
          mistakes.push({ message: `${found} is half of a character.`, offset: range[0] + index });
    },
  });
  return mistakes;
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
