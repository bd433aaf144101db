import type { StoredSource } from '../../store/LayerRecord.ts';

/** Collects the sources of a record without duplicates. */
export function createSources() {
  const sources: StoredSource[] = [];
  const indexes = new Map<string, number>();
  const keyOf = (source: StoredSource) =>
    source.kind === 'reference' ? `reference:${source.path}` : `${source.kind}:${source.name}`;
  return {
    sources,
    indexOf: (source: StoredSource): number => {
      const key = keyOf(source);
      const index = indexes.get(key) ?? sources.push(source) - 1;
      indexes.set(key, index);
      return index;
    },
  };
}
