import { mergeScopes } from './scopes.ts';

/** Remembers the scopes that a registry requested in answer to ours. */
export interface ScopeMemory {
  /** The scopes for a token: ours, and those that the registry requested. */
  readonly wanted: (scopes: readonly string[]) => readonly string[];
  /** The smaller list to try if that is refused; undefined if there is none. */
  readonly fewer: (scopes: readonly string[]) => readonly string[] | undefined;
  /** Records the scopes that the registry requests. Did it request the same before? */
  readonly note: (scopes: readonly string[], asked: readonly string[]) => boolean;
  /** A token with our scopes too was refused: from now on only the registry's scopes are requested. */
  readonly narrow: (scopes: readonly string[]) => void;
}

/** Characters. A registry requests one scope or two in all, and each is sent to the token service every time. */
const mostRequested = 8192;

export function createScopeMemory(): ScopeMemory {
  const notes = new Map<string, readonly string[]>();
  const narrowed = new Set<string>();
  let first: readonly string[] | undefined;
  const wanted = (scopes: readonly string[]) => {
    const own = notes.get(keyOf(scopes));
    return own?.length && narrowed.has(keyOf(scopes)) ? own : mergeScopes(own ?? first ?? [], scopes);
  };
  return {
    wanted,
    fewer: (scopes) => {
      const own = notes.get(keyOf(scopes));
      const less = own?.length ? own : scopes;
      return keyOf(less) === keyOf(wanted(scopes)) ? undefined : less;
    },
    note: (scopes, asked) => {
      first ??= asked;
      const before = notes.get(keyOf(scopes));
      const all = mergeScopes(before ?? [], asked);
      const now = keyOf(all).length > mostRequested ? (before ?? all) : all;
      notes.set(keyOf(scopes), now);
      return before !== undefined && keyOf(before) === keyOf(now);
    },
    narrow: (scopes) => void narrowed.add(keyOf(scopes)),
  };
}

export function keyOf(scopes: readonly string[]): string {
  return scopes.join(' ');
}
