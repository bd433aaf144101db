import { format } from 'node:util';
import { type Operand, type Pipeline, type TemplateNode, templateError } from './parseTemplate.ts';

/** A value of a template: what JSON can hold. */
export type TemplateValue =
  | null
  | undefined
  | string
  | number
  | boolean
  | readonly TemplateValue[]
  | { readonly [key: string]: TemplateValue };

/** Renders a parsed template for one value. Throws `usage` for a field or function that does not exist. */
export function renderTemplate(nodes: readonly TemplateNode[], dot: TemplateValue): string {
  return nodes
    .map((node) => {
      if (node.kind === 'text') return node.text;
      return node.kind === 'value' ? show(evaluate(node.pipeline, dot)) : branch(node, dot);
    })
    .join('');
}

/** Go prints a slice as `[a b]`, nil as `<no value>`. */
function show(value: TemplateValue): string {
  if (value === null || value === undefined) return '<no value>';
  if (Array.isArray(value)) return `[${value.map(show).join(' ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function evaluate(pipeline: Pipeline, dot: TemplateValue): TemplateValue {
  let value: TemplateValue;
  pipeline.forEach(([head, ...rest], i) => {
    const fed = i > 0 ? [value] : [];
    const args = [...rest.map((node) => operand(node, dot)), ...fed];
    if (head?.kind === 'name') value = call(head.name, args);
    else if (args.length || !head) throw templateError('a value cannot be called');
    else value = operand(head, dot);
  });
  return value;
}

function operand(node: Operand, dot: TemplateValue): TemplateValue {
  if (node.kind === 'literal') return node.value;
  if (node.kind === 'group') return evaluate(node.pipeline, dot);
  if (node.kind === 'field') return node.path.reduce(fieldOf, dot);
  return call(node.name, []);
}

function fieldOf(value: TemplateValue, name: string): TemplateValue {
  const known = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name);
  if (!known) throw templateError(`there is no field .${name}`);
  return (value as Readonly<Record<string, TemplateValue>>)[name];
}

type Fn = (...args: readonly TemplateValue[]) => TemplateValue;

const functions: Readonly<Record<string, Fn>> = {
  len: (value) => lengthOf(value),
  index: (list, ...keys) =>
    keys.reduce<TemplateValue>(
      (value, key) => (value as Record<string, TemplateValue> | undefined)?.[String(key)],
      list,
    ),
  join: (list, separator) => (Array.isArray(list) ? list.map(show).join(String(separator ?? '')) : show(list)),
  json: (value) => JSON.stringify(value ?? null),
  print: (...args) => args.map(show).join(''),
  println: (...args) => `${args.map(show).join(' ')}\n`,
  printf: (pattern, ...args) => goFormat(String(pattern), args),
  eq: (a, ...others) => others.some((b) => a === b),
  ne: (a, b) => a !== b,
  not: (value) => !isTrue(value),
  and: (...args) => args.find((value) => !isTrue(value)) ?? args.at(-1),
  or: (...args) => args.find(isTrue) ?? args.at(-1),
};

function call(name: string, args: readonly TemplateValue[]): TemplateValue {
  const fn = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!fn) throw templateError(`the function ${name} is not defined`);
  return fn(...args);
}

function branch(node: Extract<TemplateNode, { body: unknown }>, dot: TemplateValue): string {
  const value = evaluate(node.pipeline, dot);
  if (!isTrue(value)) return renderTemplate(node.otherwise, dot);
  if (node.kind === 'if') return renderTemplate(node.body, dot);
  if (node.kind === 'with') return renderTemplate(node.body, value);
  const items = Array.isArray(value) ? value : Object.values(value as object);
  return items.map((item: TemplateValue) => renderTemplate(node.body, item)).join('');
}

function isTrue(value: TemplateValue): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function lengthOf(value: TemplateValue): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  return Array.isArray(value) ? value.length : value && typeof value === 'object' ? Object.keys(value).length : 0;
}

function goFormat(pattern: string, args: readonly TemplateValue[]): string {
  return format(pattern.replace(/%[vdq]/g, '%s'), ...args.map(show));
}
