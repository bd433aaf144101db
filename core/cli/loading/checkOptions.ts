import {
  KitwrightError,
  messageOf,
  type SchemaIssue,
  type SchemaResult,
  type StandardSchema,
} from '@kitwright/core/internal';
import type { FoundPlugin } from './PluginPlace.ts';
import { placeError, sourceOf } from './placeError.ts';

/** How many mistakes are shown. */
const most = 20;

/**
 * The options of a config as the factory gets them: checked by the schema that it carries, if it has one. Throws
 * `plugin-invalid` with all mistakes, `plugin-failed` if the schema itself fails.
 */
export async function checkOptions(found: FoundPlugin, factory: object, options: unknown): Promise<unknown> {
  const schema = schemaOf(factory);
  if (!schema) return options;
  const result = await validate(found, schema, options);
  if (!result.issues) return result.value;
  const [first = 'they are refused', ...others] = result.issues.slice(0, most).map(issueText);
  throw placeError(found, {
    code: 'plugin-invalid',
    problem: `refuses its options: ${first}`,
    hint: `Correct the options in the config; the README of ${found.pack?.name ?? 'the plugin'} should list them.`,
    others: others.map((text) => new KitwrightError('plugin-invalid', `${text}.`, sourceOf(found))),
  });
}

function schemaOf(factory: object): StandardSchema | undefined {
  const schema = (factory as { readonly options?: unknown }).options;
  const isObject = (typeof schema === 'object' && schema !== null) || typeof schema === 'function';
  return isObject && '~standard' in schema ? (schema as StandardSchema) : undefined;
}

async function validate(found: FoundPlugin, schema: StandardSchema, options: unknown) {
  try {
    const result = await schema['~standard'].validate(options);
    if (isResult(result)) return result;
    throw new TypeError('the schema gives neither a value nor a list of issues');
  } catch (cause) {
    throw placeError(found, {
      code: 'plugin-failed',
      problem: `cannot check its options: ${messageOf(cause)}`,
      hint: 'That is for the author of the plugin.',
      cause,
    });
  }
}

function isResult(result: SchemaResult<unknown>): boolean {
  if (typeof result !== 'object' || result === null) return false;
  const { issues } = result;
  return issues === undefined ? 'value' in result : Array.isArray(issues) && issues.every(isIssue);
}

function isIssue(issue: unknown): boolean {
  const { message, path = [] } = (issue ?? {}) as { readonly message?: unknown; readonly path?: unknown };
  return typeof message === 'string' && Array.isArray(path) && path.every((part) => part !== null);
}

/** `allow[0]: expected a string` */
function issueText({ message, path = [] }: SchemaIssue): string {
  const keys = path.map((part) => (typeof part === 'object' ? part.key : part));
  const where = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return `${where === '' ? '' : `${where.replace(/^\./, '')}: `}${message.replace(/\.$/, '')}`;
}
