import type { CheckedConfig } from './schema.ts';

/**
 * The code that a config without code of its own names, as the end of a sentence about it; undefined if there is none.
 */
export function namedCode({ plugins = [] }: Pick<CheckedConfig, 'plugins'>): string | undefined {
  const names = plugins.flatMap((entry) =>
    typeof entry === 'string' ? [entry] : Array.isArray(entry) ? [String(entry[0])] : [],
  );
  if (!names.length) return undefined;
  return `runs the plugin${names.length > 1 ? 's' : ''} ${names.map((name) => JSON.stringify(name)).join(', ')}`;
}
