import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { basename } from 'node:path';
import { isSea } from 'node:sea';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { decodeText, guardModules, KitwrightError, messageOf, type SourcePosition } from '@kitwright/core/internal';
import type { ConfigFile } from './ConfigFile.ts';
import { hasMoreParts } from './hasMoreParts.ts';
import { withoutWarnings } from './withoutWarnings.ts';

type ConfigBytes = Pick<ConfigFile, 'path' | 'bytes'> & Partial<Pick<ConfigFile, 'owner'>>;

/**
 * The value of a config file: its suffix decides whether it is a program or data. Throws `config-invalid` with file and
 * line.
 */
export async function readConfigFile(file: ConfigBytes): Promise<unknown> {
  const { path, bytes } = file;
  if (isProgram(path)) return runConfig(file);
  const text = decodeText(bytes, path, 'config-invalid');
  if (!path.endsWith('.json')) return parseYamlConfig(path, text);
  const value = parseJsonConfig(path, text);
  return basename(path) === 'package.json' ? (value as { readonly kitwright: unknown }).kitwright : value;
}

/** Is this file a program, so that reading it runs it? */
export function isProgram(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path);
}

async function parseYamlConfig(path: string, text: string): Promise<unknown> {
  const { defaultLoaders } = await import('./cosmiconfig.ts');
  const value = parsedYaml(defaultLoaders['.yaml'], path, text);
  // Without aliases each part of a value has at least a character of its own.
  if (hasMoreParts(value, text.length + 1)) throw invalid(path, 'its aliases make it too large', { file: path });
  return value;
}

function parsedYaml(parse: (path: string, text: string) => unknown, path: string, text: string): unknown {
  try {
    return parse(path, text);
  } catch (cause) {
    throw invalid(path, cause, positionIn(path, text, /\((\d+):(\d+)\)/.exec(messageOf(cause))));
  }
}

/** Throws `config-invalid` with file and line. */
export function parseJsonConfig(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(path, cause, positionIn(path, text, /\(line (\d+) column (\d+)\)/.exec(messageOf(cause))));
  }
}

/** The default export; for CommonJS compiled from a module it is one level deeper. */
async function runConfig(file: ConfigBytes): Promise<unknown> {
  const { path } = file;
  try {
    guardModules(file.owner ?? 0, path);
    const { default: exported } = (await withoutWarnings(() => importBytes(file))) as Module;
    return exported?.__esModule ? exported.default : exported;
  } catch (cause) {
    if (cause instanceof KitwrightError && cause.code === 'config-untrusted') throw cause;
    const stack = cause instanceof Error ? (cause.stack ?? '').replaceAll(/^.*\bguardedResolve\b.*$/gm, '') : '';
    throw invalid(path, cause, placeIn(stack) ?? placeIn(await syntaxCheck(file)) ?? { file: path });
  }
}

/** Imports the bytes that were opened, even if the file was replaced: trust was given to these bytes. */
async function importBytes({ path, bytes }: ConfigBytes): Promise<unknown> {
  const { href } = pathToFileURL(path);
  const hooks = registerHooks({
    load: (url, context, next) =>
      url === href ? { ...next(url, context), source: bytes, shortCircuit: true } : next(url, context),
  });
  try {
    return await import(href);
  } finally {
    hooks.deregister();
  }
}

interface Module {
  readonly default?: { readonly __esModule?: boolean; readonly default?: unknown };
}

/** A file in a stack: before the text of a syntax error (file:line), or in a frame (file:line:column). */
const place = /^(?:\s+at (?:[^(\n]*\()?)?(?:(file:\/\/.+?)|(\/.+?)):(\d+)(?::(\d+))?\)?$/m;

/** Where a program failed: the first file in a stack, except Node's own modules. */
function placeIn(stack: string): SourcePosition | undefined {
  const [found, url, path, line = '', column] = place.exec(stack) ?? [];
  const file = url === undefined ? path : fileURLToPath(url);
  if (file === undefined) return undefined;
  // A caret below the line of a syntax error shows the column.
  const caret = /^( *)\^+$/m.exec(stack)?.[1];
  return positionIn(file, textOf(file), [found, line, column ?? (caret === undefined ? undefined : caret.length + 1)]);
}

/** Node's syntax check of a file: for a module, the error of `import` does not contain the position. */
async function syntaxCheck({ path, bytes }: ConfigBytes): Promise<string> {
  if (isSea()) return withoutWarnings(async () => parsed(path, bytes.toString()));
  return spawnSync(process.execPath, ['--check', path], { encoding: 'utf8', env: {} }).stderr;
}

/** An executable has no Node beside it: the parser for TypeScript, which reads JavaScript too, says where it failed. */
function parsed(path: string, text: string): string {
  try {
    stripTypeScriptTypes(text);
    return '';
  } catch (error) {
    // Its stack begins with the place, in a file without a name.
    return `${path}${error instanceof Error ? error.stack : ''}`;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

type Place = readonly [whole: unknown, line: string, column: string | number | undefined] | readonly string[] | null;

function positionIn(file: string, text: string, found: Place): SourcePosition {
  if (!found) return { file };
  const [line, column] = [Number(found[1]), found[2]];
  const shown = text.split('\n')[line - 1];
  return {
    file,
    line,
    ...(column === undefined ? {} : { column: Number(column) }),
    ...(shown === undefined ? {} : { text: shown.replace(/\r$/, '') }),
  };
}

function invalid(path: string, cause: unknown, source: SourcePosition): KitwrightError {
  const [message = ''] = messageOf(cause)
    .replace(/^YAML Error in .*\n/, '')
    .split('\n');
  return new KitwrightError('config-invalid', `${basename(path)} cannot be read: ${message.replace(/\.$/, '')}.`, {
    data: { path },
    cause,
    source,
  });
}
