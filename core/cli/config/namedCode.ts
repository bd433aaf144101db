import { looksLikePlace } from '../looksLikePlace.ts';
import { outsideOf } from './outsideOf.ts';
import type { CheckedConfig } from './schema.ts';

/**
 * What a config without code of its own does beyond the directory, as the end of a sentence about it: it runs plugins,
 * sends kits somewhere, or packs what lies elsewhere. Undefined if there is neither.
 */
export function namedCode(
  { plugins = [], kits = {} }: Pick<CheckedConfig, 'plugins' | 'kits'>,
  file: string,
): string | undefined {
  const names = plugins.flatMap((entry) =>
    typeof entry === 'string' ? [entry] : Array.isArray(entry) ? [String(entry[0])] : [],
  );
  const [push] = Object.values(kits).flatMap(({ push, tag }) => push ?? (tag && looksLikePlace(tag) ? tag : []));
  const outside = outsideOf({ kits }, file);
  if (!names.length && push !== undefined) return `pushes kits to ${JSON.stringify(push)}`;
  if (!names.length)
    return outside === undefined ? undefined : `packs ${JSON.stringify(outside)}, which lies elsewhere`;
  return `runs the plugin${names.length > 1 ? 's' : ''} ${names.map((name) => JSON.stringify(name)).join(', ')}`;
}
