import { looksLikePlace } from '../looksLikePlace.ts';
import type { CheckedConfig } from './schema.ts';

/**
 * What a config without code of its own does beyond the directory, as the end of a sentence about it: it runs plugins,
 * or sends kits somewhere. Undefined if there is neither.
 */
export function namedCode({ plugins = [], kits = {} }: Pick<CheckedConfig, 'plugins' | 'kits'>): string | undefined {
  const names = plugins.flatMap((entry) =>
    typeof entry === 'string' ? [entry] : Array.isArray(entry) ? [String(entry[0])] : [],
  );
  const [push] = Object.values(kits).flatMap(({ push, tag }) => push ?? (tag && looksLikePlace(tag) ? tag : []));
  if (!names.length) return push === undefined ? undefined : `pushes kits to ${JSON.stringify(push)}`;
  return `runs the plugin${names.length > 1 ? 's' : ''} ${names.map((name) => JSON.stringify(name)).join(', ')}`;
}
