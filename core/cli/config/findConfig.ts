import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { KitwrightError, messageOf } from '@kitwright/core/internal';
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
  const { cosmiconfig } = await import('cosmiconfig');
  const explorer = cosmiconfig('kitwright', {
    searchPlaces: ['package.json', ...files],
    searchStrategy: 'global',
    loaders: { '.ts': load, '.mts': load, '.js': load, '.mjs': load },
  });
  let found: Awaited<ReturnType<typeof explorer.search>>;
  try {
    found = await explorer.search(from);
  } catch (error) {
    throw unreadable(from, error);
  }
  return found ? { path: found.filepath, config: await check(found.config ?? {}, found.filepath) } : undefined;
}

/** Is there a config file from here upwards? Asked before a library is loaded that most commands never need. */
function hasConfig(directory: string): boolean {
  if (files.some((name) => existsSync(join(directory, name))) || mentions(join(directory, 'package.json'))) return true;
  const parent = dirname(directory);
  return parent !== directory && hasConfig(parent);
}

function mentions(path: string): boolean {
  try {
    return 'kitwright' in (JSON.parse(readFileSync(path, 'utf8')) as object);
  } catch {
    return false;
  }
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
