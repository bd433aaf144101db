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
    if (!(error instanceof Refusal)) throw error;
    return { document: undefined, mistakes: [{ message: `The Kitfile ${error.message}.`, offset: error.offset }] };
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
  const count = createCount();
  // The library has no other way to stop at a mistake of its own; those of its parser are tokens.
  const note = composer['onError'] as (...given: readonly unknown[]) => void;
  composer['onError'] = (...given: readonly unknown[]) => {
    count();
    note(...given);
  };
  for (const document of composer.compose(tokensOf(text, count))) return document as Document.Parsed;
  return undefined;
}

/** Each mistake is an Error of the library, which takes time and memory; a file that is no Kitfile has millions. */
const maxMistakes = 1000;

function createCount(): () => void {
  let count = 0;
  return () => {
    if (++count > maxMistakes) throw new Refusal(`is no YAML: it has more than ${maxMistakes} mistakes`, 0);
  };
}

/** How deeply collections may be nested: the composer of the library recurses into each. */
const maxDepth = 200;

/** Why a text is not read to its end, and where. */
class Refusal extends Error {
  readonly offset: number;
  constructor(why: string, offset: number) {
    super(why);
    this.offset = offset;
  }
}

function* tokensOf(text: string, count: () => void): Generator<CST.Token> {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') count();
      yield token;
    }
    if (parser.stack.length > maxDepth) throw new Refusal('is nested too deeply', parser.offset);
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
