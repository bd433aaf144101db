import { Composer, type CST, type Document, Lexer, Parser, visit } from 'yaml';
import type { Mistake } from './mistakesError.ts';

/** A document, undefined if the text is empty, and the mistakes in its YAML. */
export interface ParsedYaml {
  readonly document: Document.Parsed | undefined;
  readonly mistakes: readonly Mistake[];
}

/**
 * Parses the first document of a text; like `kit`, it ignores further documents, even invalid ones. Whatever go-yaml v3
 * refuses is a mistake. `linkAliases` checks aliases.
 */
export function parseYaml(text: string): ParsedYaml {
  try {
    const document = firstDocument(text);
    return { document, mistakes: document ? [...syntaxMistakes(document), ...escapeMistakes(document, text)] : [] };
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    return { document: undefined, mistakes: [{ message: 'The Kitfile is nested too deeply.', offset: error.offset }] };
  }
}

function firstDocument(text: string): Document.Parsed | undefined {
  const composer = new Composer({
    schema: 'failsafe',
    version: '1.2',
    uniqueKeys: false,
    strict: true,
    resolveKnownTags: false,
    logLevel: 'silent',
  });
  for (const document of composer.compose(tokensOf(text))) return document as Document.Parsed;
  return undefined;
}

/** How deeply collections may be nested: the composer of the library recurses into each. */
const maxDepth = 200;

class TooDeep extends Error {
  readonly offset: number;
  constructor(offset: number) {
    super('nested too deeply');
    this.offset = offset;
  }
}

function* tokensOf(text: string): Generator<CST.Token> {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > maxDepth) throw new TooDeep(parser.offset);
  }
  yield* parser.end();
}

/** Errors of the parser, and its warnings about directives: go-yaml refuses unknown ones and reads YAML 1.1 only. */
function syntaxMistakes({ errors, warnings, directives }: Document.Parsed): readonly Mistake[] {
  const mistakes = [...errors, ...warnings.filter(({ code }) => code === 'BAD_DIRECTIVE')].map(
    ({ message, pos }): Mistake => ({ message: `This is no valid YAML: ${message.split('\n')[0]}`, offset: pos[0] }),
  );
  if (directives?.yaml.explicit && directives.yaml.version !== '1.1')
    mistakes.push({ message: 'kit reads YAML 1.1 only: leave the %YAML line out.', offset: 0 });
  return mistakes;
}

/** Half of a surrogate pair is not a character, but the parser accepts it. */
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
