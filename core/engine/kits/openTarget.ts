import { KitwrightError } from '../errors/KitwrightError.ts';
import type { OpenedTarget, TargetAccess } from '../host/capabilities.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import type { ContextOptions } from '../host/createOpenContext.ts';
import { digestIn } from '../oci/digest.ts';
import { defaultRegistry, displayReference, parseReference, type Reference, repositoryOf } from '../oci/reference.ts';
import type { Store } from '../store/openStore.ts';
import { resumingTarget } from '../store/resumingTarget.ts';
import type { Target } from '../store/roles.ts';
import type { AcceptKit } from './AcceptKit.ts';

/** What `openTarget` needs: the plugins and the local store. */
export interface Places {
  readonly kitwright: Kitwright;
  readonly store: Store;
  /** Decides whether a kit may be used, before it is; each may by default. */
  readonly accept?: AcceptKit | undefined;
}

/**
 * Opens the target that a text names. `word:location` is a target of a plugin (`oci:`, `archive:`, `registry:`),
 * `store:` is the local store. Any other text is a reference: to a registry if it names a host, else to the local
 * store. Throws `reference-invalid`, `target-invalid`.
 */
export function openTarget({ kitwright, store }: Places, text: string, access: TargetAccess): OpenedTarget {
  const word = wordOf(text);
  if (word !== undefined && namesTarget(kitwright, text))
    return openWith(kitwright, word, text.slice(word.length + 1), access);
  const reference = parseReference(word === 'store' ? text.slice('store:'.length) : text);
  if (word !== 'store' && !isLocalOnly(reference)) return openAtRegistry(kitwright, reference, access);
  return {
    target: store.local,
    repository: repositoryOf(reference),
    references: reference.reference === undefined ? [] : [reference.reference, ...reference.extraTags],
  };
}

/**
 * The place of what was opened, as rules and pins see it, without tags: `registry/repository`, `localhost/repository` in
 * the local store, else `word:location`.
 */
export function placeIn(kitwright: Kitwright, text: string, { repository, references }: OpenedTarget): string {
  const isNamed = wordOf(text) !== 'registry' && namesTarget(kitwright, text);
  return isNamed ? placeOf(text, references) : repository;
}

/** A text without the tags, or the digest, that opening it found in it. */
export function placeOf(text: string, references: readonly string[]): string {
  const end = references.join(',');
  return end && text.endsWith(end) ? text.slice(0, -end.length - 1) : text;
}

/** Is it `word:location` at a target of a plugin, and no reference? */
export function namesTarget({ capabilities }: Kitwright, text: string): boolean {
  const word = wordOf(text);
  return word !== undefined && capabilities.all('target').some(({ id }) => id === word);
}

/** The word before the colon; if only digits follow, they are a port or a tag, and the word is a host or a name. */
function wordOf(text: string): string | undefined {
  return /^([a-z][a-z0-9-]*):(?!\d+(?:\/|$)|$)/.exec(text)?.[1];
}

/** Is it a name without a host? Such a name is never sent over the network. */
export function isLocalOnly({ registry }: Reference): boolean {
  return registry === defaultRegistry;
}

/** Opens a repository at its registry. Throws `reference-invalid` if the reference names no registry. */
export function openAtRegistry(
  kitwright: Kitwright,
  reference: Reference,
  access: TargetAccess,
  options: ContextOptions = {},
): OpenedTarget {
  const location = [displayReference(reference), ...reference.extraTags].join(',');
  return openWith(kitwright, 'registry', location, access, options);
}

/** Opens a target of a plugin; what fails there and may pass is tried again. */
function openWith(
  { capabilities, contextFor, wait }: Kitwright,
  word: string,
  location: string,
  access: TargetAccess,
  options: ContextOptions = {},
): OpenedTarget {
  const provider = capabilities.get('target', word);
  const context = contextFor(capabilities.pluginOf('target', word) ?? word, options);
  const opened = provider.open(location, access, context);
  return { ...opened, target: exact(resumingTarget(opened.target, { signal: context.signal, wait })) };
}

/** Whatever a target finds by a digest has that digest. */
function exact(target: Target): Target {
  return {
    ...target,
    resolve: async (repository, reference) => {
      const [found, wanted] = [await target.resolve(repository, reference), digestIn(reference)];
      if (!found || wanted === undefined || found.digest === wanted) return found;
      throw new KitwrightError('descriptor-mismatch', `${target.name} gives ${found.digest} for ${wanted}.`, {
        data: { digest: wanted, found: found.digest },
      });
    },
  };
}
