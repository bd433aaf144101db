import { mergeScopes } from './scopes.ts';

/** Which scopes a registry has asked for in answer to which of ours. */
export interface ScopeMemory {
  /** What a token is fetched for: our scopes, and what the registry has asked for. */
  readonly wanted: (scopes: readonly string[]) => readonly string[];
  /** What is left if that is refused as a whole; undefined if there is nothing less. */
  readonly fewer: (scopes: readonly string[]) => readonly string[] | undefined;
  /** Notes what the registry asks for. Was it asked for before, just so? */
  readonly note: (scopes: readonly string[], asked: readonly string[]) => boolean;
  /** A token with ours besides was not taken: from now on only what the registry asks for is fetched. */
  readonly narrow: (scopes: readonly string[]) => void;
}

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
      const now = mergeScopes(before ?? [], asked);
      notes.set(keyOf(scopes), now);
      return before !== undefined && keyOf(before) === keyOf(now);
    },
    narrow: (scopes) => void narrowed.add(keyOf(scopes)),
  };
}

export function keyOf(scopes: readonly string[]): string {
  return scopes.join(' ');
}
