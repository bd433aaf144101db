import { KitwrightError } from '../errors/KitwrightError.ts';
import type { JsonObject } from './parseJsonObject.ts';

/**
 * Refuses an object that has one of these names in other letters (`Layers`): readers in Go, as `kit`, take it for that
 * name (encoding/json, Unmarshal: "a case-insensitive match"), so they would find another kit in the same digest. Throws
 * `kit-malformed`.
 */
export function checkNames(json: JsonObject, names: KnownNames, what: string): void {
  for (const name of Object.keys(json)) {
    if (names.exact.has(name) || !names.folded.has(folded(name))) continue;
    throw new KitwrightError(
      'kit-malformed',
      `The ${what} is not usable: it has ${JSON.stringify(name)}, which some readers take for another name.`,
      { data: { name } },
    );
  }
}

/** Names that readers know. */
export interface KnownNames {
  readonly exact: ReadonlySet<string>;
  readonly folded: ReadonlySet<string>;
}

export function knownNames(...names: readonly string[]): KnownNames {
  return { exact: new Set(names), folded: new Set(names.map(folded)) };
}

/** Upper case first: Go takes U+017F for an `s` too, and U+212A for a `k`. */
function folded(name: string): string {
  return name.toUpperCase().toLowerCase();
}
