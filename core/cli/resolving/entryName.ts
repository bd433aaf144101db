import { createHash } from 'node:crypto';
import type { Ancestor, LoadedKit } from '@kitwright/core/internal';

/** What is unpacked if nothing else is asked for. */
export const defaultFilters = ['model'] as const;

/** Equal for what gives equal files: the kit, the kits to which it refers, and what is selected. */
export function entryName(kit: LoadedKit, ancestors: readonly Ancestor[], filters: readonly string[]): string {
  const name = kit.descriptor.digest.replace(':', '-');
  const based = ancestors.map((ancestor) => ancestor.kit.descriptor.digest);
  const selected = filters.toSorted();
  if (!based.length && String(selected) === String(defaultFilters)) return name;
  const more = createHash('sha256')
    .update(JSON.stringify([based, selected]))
    .digest('hex');
  return `${name}-${more.slice(0, 16)}`;
}

/** Is it the name of an entry? */
export function isEntryName(name: string): boolean {
  return /^sha256-[0-9a-f]{64}(?:-[0-9a-f]{16})?$/.test(name);
}
