import { existsSync, readFileSync } from 'node:fs';
import { childrenOf } from '../oci/childrenOf.ts';
import type { LocalStore } from '../store/localStore.ts';

/**
 * Repositories of a registry, by what the store's kits are called, whose kits hold a digest: there it may be mounted
 * from.
 */
export function knownRepositories(store: LocalStore): (registry: string, digest: string) => readonly string[] {
  const holders = new Map<string, Set<string>>();
  const note = (registry: string): void => {
    for (const { repository, descriptor } of store.list()) {
      if (!repository.startsWith(`${registry}/`)) continue;
      const path = store.layout.blob(descriptor.digest);
      const children = existsSync(path) ? childrenOf(readFileSync(path)) : [];
      for (const { digest } of children) {
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
