import type { LocalStore } from '../store/localStore.ts';
import { storedChildren } from '../store/storedChildren.ts';

/**
 * Repositories of a registry from which a blob may be mounted: those whose kits, by their names in our store, have the
 * blob.
 */
export function knownRepositories(store: LocalStore): (registry: string, digest: string) => readonly string[] {
  const holders = new Map<string, Set<string>>();
  const note = (registry: string): void => {
    for (const { repository, descriptor } of store.list()) {
      if (!repository.startsWith(`${registry}/`)) continue;
      for (const { digest } of storedChildren(store.layout, descriptor.digest)) {
        const key = `${registry} ${digest}`;
        holders.set(key, (holders.get(key) ?? new Set()).add(repository.slice(registry.length + 1)));
      }
    }
  };
  const noted = new Set<string>();
  return (registry, digest) => {
    if (!noted.has(registry)) note(registry);
    noted.add(registry);
    return [...(holders.get(`${registry} ${digest}`) ?? [])];
  };
}
