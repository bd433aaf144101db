import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { decodeText, KitwrightError } from '@kitwright/core/internal';
import { parseJsonConfig, readConfigFile } from './readConfigFile.ts';
import type { CheckedConfig } from './schema.ts';

export interface FoundConfig {
  readonly path: string;
  readonly config: CheckedConfig;
}

const suffixes = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs', 'json', 'yaml', 'yml'];
const files = suffixes.map((suffix) => `kitwright.config.${suffix}`);

/** Finds the config file of a directory, in it or above it, and checks it. Throws `config-invalid`. */
export async function findConfig(directory: string): Promise<FoundConfig | undefined> {
  const from = resolve(directory);
  if (!hasConfig(from)) return undefined;
  const { cosmiconfig, defaultLoaders } = await import('./cosmiconfig.ts');
  const load = (path: string) => readConfigFile(path, (text) => defaultLoaders['.yaml'](path, text) as unknown);
  const loadJson = (path: string): unknown =>
    basename(path) !== 'package.json' || mentions(path) ? load(path) : Promise.resolve({});
  const explorer = cosmiconfig('kitwright', {
    searchPlaces: ['package.json', ...files],
    searchStrategy: 'global',
    loaders: { ...Object.fromEntries(suffixes.map((suffix) => [`.${suffix}`, load])), '.json': loadJson },
  });
  const found = await explorer.search(from);
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
  const value = parseJsonConfig(path, decodeText(readFileSync(path), path, 'config-invalid'));
  return typeof value === 'object' && value !== null && 'kitwright' in value;
}

function holdsName(path: string): boolean {
  try {
    return readFileSync(path, 'latin1').replaceAll('\0', '').includes('kitwright');
  } catch {
    return false;
  }
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
