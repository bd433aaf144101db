import { KitwrightError } from '@kitwright/core/internal';

export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'range' | 'if' | 'with';
      readonly pipeline: Pipeline;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    };

/** Commands; each gets the value of the previous one as its last argument. */
export type Pipeline = readonly Command[];

export type Command = readonly Operand[];

export type Operand =
  | { readonly kind: 'field'; readonly path: readonly string[] }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'group'; readonly pipeline: Pipeline };

/** Parses a template. Throws `usage` with the reason. */
export function parseTemplate(template: string): readonly TemplateNode[] {
  return parseBlock(split(template).toReversed(), false).nodes;
}

type Piece = { readonly text: string } | { readonly action: string };

interface Block {
  readonly nodes: readonly TemplateNode[];
  readonly end: 'else' | 'end' | 'text';
}

/** The pieces come from the end: to take the first one of many moves all others. */
function parseBlock(pieces: Piece[], inside: boolean): Block {
  const nodes: TemplateNode[] = [];
  for (let piece = pieces.pop(); piece; piece = pieces.pop()) {
    if ('text' in piece) {
      if (piece.text) nodes.push({ kind: 'text', text: piece.text });
      continue;
    }
    const { action } = piece;
    if (action === 'end' || action === 'else') {
      if (!inside) throw templateError(`unexpected {{${action}}}`);
      return { nodes, end: action };
    }
    const block = /^(range|if|with)\s+(.+)$/s.exec(action);
    if (block) nodes.push(parseBranch(block[1] as 'range' | 'if' | 'with', block[2] ?? '', pieces));
    else if (!action.startsWith('/*')) nodes.push({ kind: 'value', pipeline: pipelineOf(action) });
  }
  if (inside) throw templateError('{{end}} is missing');
  return { nodes, end: 'text' };
}

export function templateError(why: string): KitwrightError {
  return new KitwrightError('usage', `The template of --format is not usable: ${why}.`, {
    hint: 'Fields: .Repo .Tags .Digest .ModelName .Size .Author. Example: {{.Repo}} {{range .Tags}}{{.}} {{end}}',
  });
}

function parseBranch(kind: 'range' | 'if' | 'with', text: string, pieces: Piece[]): TemplateNode {
  const pipeline = pipelineOf(text);
  const body = parseBlock(pieces, true);
  const otherwise = body.end === 'else' ? parseBlock(pieces, true).nodes : [];
  return { kind, pipeline, body: body.nodes, otherwise };
}

function pipelineOf(text: string): Pipeline {
  const tokens = tokenize(text).reverse();
  const pipeline = parsePipeline(tokens);
  if (tokens.length) throw templateError(`unexpected ${JSON.stringify(tokens.at(-1))}`);
  return pipeline;
}

const token = /\s*("(?:[^"\\]|\\.)*"|`[^`]*`|-?\d+(?:\.\d+)?|\|\||\||\(|\)|\$?(?:\.[A-Za-z_]\w*)+|\.|\$|[A-Za-z_]\w*)/y;

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  for (let at = 0; at < text.trimEnd().length; at = token.lastIndex) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match?.[1]) throw templateError(`${JSON.stringify(text.slice(at).trim())} is not valid`);
    tokens.push(match[1]);
  }
  return tokens;
}

function parsePipeline(tokens: string[]): Pipeline {
  const commands: Operand[][] = [[]];
  while (tokens.length && tokens.at(-1) !== ')') {
    const next = tokens.pop() as string;
    if (next === '|') commands.push([]);
    else commands.at(-1)?.push(operandOf(next, tokens));
  }
  if (commands.some((command) => command.length === 0)) throw templateError('a value is missing');
  return commands;
}

function operandOf(text: string, tokens: string[]): Operand {
  if (text === '(') {
    const pipeline = parsePipeline(tokens);
    if (tokens.pop() !== ')') throw templateError('a parenthesis is not closed');
    return { kind: 'group', pipeline };
  }
  if (text.startsWith('"')) return { kind: 'literal', value: JSON.parse(text) as string };
  if (text.startsWith('`')) return { kind: 'literal', value: text.slice(1, -1) };
  if (/^-?\d/.test(text)) return { kind: 'literal', value: Number(text) };
  if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true' };
  if (/^[.$]/.test(text)) return { kind: 'field', path: text.split('.').filter((part) => part !== '' && part !== '$') };
  return { kind: 'name', name: text };
}

function split(template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{{', at);
    if (open < 0) return [...pieces, { text: template.slice(at) }];
    const close = template.indexOf('}}', open);
    if (close < 0) throw templateError('an action is not closed');
    const raw = template.slice(open + 2, close);
    const [trimLeft, trimRight] = [/^-\s/.test(raw), /\s-$/.test(raw)];
    const before = template.slice(at, open);
    pieces.push(
      { text: trimLeft ? before.trimEnd() : before },
      { action: raw.slice(trimLeft ? 1 : 0, trimRight ? -1 : undefined).trim() },
    );
    at = close + 2;
    if (trimRight) while (/\s/.test(template[at] ?? '')) at++;
  }
  return pieces;
}
