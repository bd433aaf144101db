import { existsSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import type { ModelKit, StoredKit } from '../host/nouns.ts';
import {
  defaultRegistry,
  displayRepository,
  type Reference,
  repositoryOf,
  unnamedRepository,
} from '../oci/reference.ts';
import { addNames, type KitIndex } from '../store/kitIndex.ts';
import type { LocalStore } from '../store/localStore.ts';
import type { KitName } from '../store/roles.ts';
import type { Build } from './Build.ts';
import type { PackOptions } from './PackOptions.ts';

/**
 * Stores config and manifest and gives the kit its name, with its tags: the last step, under the lock of the store.
 * Without a name it is stored as an unnamed kit. Throws `content-changed` if a layer vanished meanwhile, `disk-full`,
 * `store-*`, `cancelled`.
 */
export async function commitKit(
  { kitwright, options, hooks }: Build,
  kit: ModelKit,
  name: Reference | undefined,
): Promise<StoredKit> {
  options.signal.throwIfAborted();
  const context = { signal: options.signal };
  const stored = await storeKit(kit, options, name);
  const tags = tagsOf(name).filter((tag) => tag !== undefined);
  kitwright.event({ type: 'stored', digest: kit.root.digest, names: namesOf(name), tags });
  await hooks.stored(stored, context);
  await hooks.done(stored, context);
  return stored;
}

async function storeKit(
  kit: ModelKit,
  { store, onNames }: PackOptions,
  name: Reference | undefined,
): Promise<StoredKit> {
  const configSaved = store.putBytes(kit.config, kit.configBytes);
  const manifestSaved = store.putBytes(kit.root, kit.manifestBytes);
  await store.update((index) => {
    checkWhole(kit, store);
    const added = namesFor(kit, name);
    onNames?.(namesBefore(index, added), kit.root.digest);
    return { ...index, names: addNames(index.names, added) };
  });
  return { ...kit, configSaved, manifestSaved };
}

/** Called under the lock: everything that the kit needs must be stored when it gets its name. */
function checkWhole(kit: ModelKit, store: LocalStore): void {
  for (const { descriptor, entry } of kit.layers) {
    if (store.layers.has(descriptor.digest)) continue;
    throw new KitwrightError(
      'content-changed',
      `Files of the ${entry.role} layer ${entry.path} vanished before the kit was stored.`,
    );
  }
  for (const { digest } of [kit.config, kit.root]) {
    if (!existsSync(store.layout.blob(digest)))
      throw new KitwrightError('store-failed', `${digest} vanished from the store.`);
  }
}

function namesFor({ root }: ModelKit, name: Reference | undefined): readonly KitName[] {
  const repository = name ? repositoryOf(name) : `${defaultRegistry}/${unnamedRepository}`;
  return tagsOf(name).map((tag) => ({ repository, tag, descriptor: root }));
}

function namesBefore({ names }: KitIndex, added: readonly KitName[]): readonly KitName[] {
  const wanted = new Set(added.flatMap(({ repository, tag }) => (tag === undefined ? [] : [`${repository}:${tag}`])));
  return names.filter(({ repository, tag }) => tag !== undefined && wanted.has(`${repository}:${tag}`));
}

function namesOf(name: Reference | undefined): readonly string[] {
  return name ? tagsOf(name).map((tag) => `${displayRepository(repositoryOf(name))}:${tag}`) : [];
}

function tagsOf(name: Reference | undefined): readonly (string | undefined)[] {
  return name ? [name.reference, ...name.extraTags] : [undefined];
}
