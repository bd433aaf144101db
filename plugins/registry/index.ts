import {
  defaultRegistry,
  definePlugin,
  KitwrightError,
  type Plugin,
  parseReference,
  type Reference,
  repositoryOf,
  type TargetAccess,
  type TargetProvider,
} from '@kitwright/core/plugin';
import { checkConnection } from './connection/checkConnection.ts';
import { type LazyAgent, lazyAgent } from './connection/lazyAgent.ts';
import { openRepository } from './openRepository.ts';
import { originOf } from './originOf.ts';
import type { RegistryOptions } from './RegistryOptions.ts';

export { createFetch } from './connection/createFetch.ts';
export type { Credential } from './credentials/dockerConfig.ts';
export { credentialHosts } from './credentials/findCredential.ts';
export { login, logout } from './login.ts';
export { type Quirks, quirksOf, quirkTable } from './quirks.ts';
export type { RegistryOptions } from './RegistryOptions.ts';
export { isRegistryTarget, type RegistryTarget } from './RegistryTarget.ts';

/** OCI registries as targets, one for each repository (distribution-spec 1.1). */
export function registry(options: RegistryOptions): Plugin {
  return definePlugin({
    name: '@kitwright/registry',
    apiVersion: 1,
    apply({ hooks, register }) {
      let agent: LazyAgent | undefined;
      const provider: TargetProvider = {
        id: 'registry',
        open: (location, access) => {
          const reference = parseReference(location);
          requireRegistry(reference, access);
          // Here, and not when something is sent: that may be after a long pack, or in the background of a watch.
          checkConnection(originOf(reference.registry, options), options);
          agent ??= lazyAgent(options);
          return {
            target: openRepository(reference, access, agent, options),
            repository: repositoryOf(reference),
            references: reference.reference === undefined ? [] : [reference.reference, ...reference.extraTags],
          };
        },
      };
      register('target', provider);
      hooks.dispose.tap(async () => {
        await agent?.destroy();
      });
    },
  });
}

const words: Readonly<Record<TargetAccess, string>> = { push: 'pushing', pull: 'pulling', delete: 'removing' };

/** A name without a host is one of the local store. */
function requireRegistry({ registry: host, repository }: Reference, access: TargetAccess): void {
  if (host !== defaultRegistry) return;
  throw new KitwrightError(
    'reference-invalid',
    `A registry is required when ${words[access]}: ${repository} names none.`,
    {
      hint: `For example registry.example.com/${repository}.`,
    },
  );
}
