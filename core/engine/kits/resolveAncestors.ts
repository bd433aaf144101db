import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Kitfile } from '../kitfile/Kitfile.ts';
import { modelReference } from '../kitfile/validateKitfile.ts';
import { isReference } from '../oci/isReference.ts';
import {
  displayRepository,
  formatReference,
  parseReference,
  type Reference,
  withDefaultTag,
} from '../oci/reference.ts';
import { type LoadedKit, loadKit, type ReadKit, type TargetSource } from './loadKit.ts';

export interface Ancestor {
  readonly reference: Reference;
  /** The reference as written in the child's Kitfile. */
  readonly text: string;
  readonly kit: LoadedKit;
}

/** The most ancestors that a chain of references may have. */
export const maxAncestors = 10;

/** What is known of the kit whose ancestors are searched. */
export interface Descendant {
  /** Its name, which must not be the name of an ancestor. */
  readonly self?: Reference | undefined;
  /** Where its Kitfile comes from; undefined if the user wrote it. */
  readonly from?: Reference | undefined;
  /** For many kits, which may be based on the same ones; each is read by itself by default. */
  readonly readKit?: ReadKit | undefined;
}

/**
 * The kits that a Kitfile is based on: `model.path` names one, whose own `model.path` may name another. Throws
 * `kit-not-found`, `references-cycle`, `references-too-deep`.
 */
export async function resolveAncestors(
  kitfile: Kitfile,
  targets: readonly TargetSource[],
  { self, from, readKit }: Descendant,
): Promise<readonly Ancestor[]> {
  const ancestors: Ancestor[] = [];
  const seen: string[] = self ? [formatReference(self)] : [];
  let text = modelReference(kitfile, isReference);
  while (text !== undefined) {
    const reference = withDefaultTag(parseReference(text));
    const full = formatReference(reference);
    if (seen.includes(full)) throw cycle([...seen, full].map(displayRepository));
    if (ancestors.length >= maxAncestors) throw tooDeep(seen);
    seen.push(full);
    // A registry that the user has not named stays so, whatever it refers to itself.
    const kit = await loadKit(reference, targets, from ?? ancestors[0]?.reference, readKit);
    ancestors.push({ reference, text, kit });
    text = modelReference(kit.kitfile, isReference);
  }
  return ancestors;
}

function cycle(chain: readonly string[]): KitwrightError {
  return new KitwrightError(
    'references-cycle',
    `There is a cycle in the references between kits: ${chain.join(' -> ')}.`,
    {
      data: { chain },
    },
  );
}

function tooDeep(chain: readonly string[]): KitwrightError {
  return new KitwrightError(
    'references-too-deep',
    `The chain of references has more than the maximum of ${maxAncestors} kits.`,
    { data: { chain } },
  );
}

/** Adds a full reference to the chain. Throws `references-cycle`, `references-too-deep`. */
export function extendChain(chain: readonly string[], name: string): readonly string[] {
  const longer = [...chain, name];
  if (chain.includes(name)) throw cycle(longer.map(displayRepository));
  if (chain.length > maxAncestors) throw tooDeep(longer);
  return longer;
}
