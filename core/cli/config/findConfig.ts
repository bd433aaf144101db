import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { decodeText, KitwrightError, messageOf } from '@kitwright/core/internal';
import type { CheckedConfig } from './schema.ts';

export interface FoundConfig {
  readonly path: string;
  readonly config: CheckedConfig;
}

const files = ['ts', 'mts', 'js', 'mjs', 'json', 'yaml', 'yml'].map((suffix) => `kitwright.config.${suffix}`);

/** Finds the config file of a directory, in it or above it, and checks it. Throws `config-invalid`. */
export async function findConfig(directory: string): Promise<FoundConfig | undefined> {
  const from = resolve(directory);
  if (!hasConfig(from)) return undefined;
  const { cosmiconfig, defaultLoaders } = await import('./cosmiconfig.ts');
  const loadText = (path: string): unknown =>
    basename(path) !== 'package.json' || mentions(path)
      ? defaultLoaders[path.endsWith('.json') ? '.json' : '.yaml'](path, textOf(path))
      : {};
  const explorer = cosmiconfig('kitwright', {
    searchPlaces: ['package.json', ...files],
    searchStrategy: 'global',
    loaders: {
      '.ts': load,
      '.mts': load,
      '.js': load,
      '.mjs': load,
      '.json': loadText,
      '.yaml': loadText,
      '.yml': loadText,
    },
  });
  let found: Awaited<ReturnType<typeof explorer.search>>;
  try {
    found = await explorer.search(from);
  } catch (error) {
    throw error instanceof KitwrightError ? error : unreadable(from, error);
  }
  return found ? { path: found.filepath, config: await check(found.config ?? {}, found.filepath) } : undefined;
}

/** Is there a config file from here upwards? Asked before a library is loaded that most commands never need. */
function hasConfig(directory: string): boolean {
  if (files.some((name) => existsSync(join(directory, name))) || mentions(join(directory, 'package.json'))) return true;
  const parent = dirname(directory);
  return parent !== directory && hasConfig(parent);
}

/** Are there settings in a package.json? One that names us, but cannot be read, is an error: they may be in it. */
function mentions(path: string): boolean {
  if (!holdsName(path)) return false;
  const text = textOf(path);
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'kitwright' in value;
  } catch (cause) {
    const message = `${path} is no JSON: ${messageOf(cause)}.`;
    throw new KitwrightError('config-invalid', message, { cause, source: { file: path } });
  }
}

function holdsName(path: string): boolean {
  try {
    return readFileSync(path, 'latin1').replaceAll('\0', '').includes('kitwright');
  } catch {
    return false;
  }
}

function textOf(path: string): string {
  return decodeText(readFileSync(path), path, 'config-invalid');
}

async function load(path: string): Promise<unknown> {
  return ((await import(pathToFileURL(path).href)) as { readonly default?: unknown }).default;
}

function unreadable(directory: string, error: unknown): KitwrightError {
  return new KitwrightError('config-invalid', `The config file cannot be read: ${messageOf(error)}.`, {
    data: { directory },
    cause: error,
  });
}

async function check(value: unknown, path: string): Promise<CheckedConfig> {
  const { configSchema } = await import('./schema.ts');
  const result = configSchema.safeParse(value);
  if (result.success) return result.data;
  const [first, ...others] = result.error.issues.map(
    ({ path: at, message }) =>
      new KitwrightError('config-invalid', `${at.length ? `${at.join('.')}: ` : ''}${message}.`, {
        source: { file: path },
      }),
  );
  throw new KitwrightError('config-invalid', first?.message ?? 'The config is not usable.', {
    source: { file: path },
    others,
  });
}
