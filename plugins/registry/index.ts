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
import { createPluginFetch } from './connection/createPluginFetch.ts';
import { type LazyAgent, lazyAgent, withoutCertificate } from './connection/lazyAgent.ts';
import { hostCredential } from './credentials/hostCredential.ts';
import { openRepository } from './openRepository.ts';
import { originOf } from './originOf.ts';
import type { RegistryOptions } from './RegistryOptions.ts';

export { createFetch } from './connection/createFetch.ts';
export type { Credential } from './credentials/dockerConfig.ts';
export { credentialHosts, storeCredential as storeLogin } from './credentials/findCredential.ts';
export { hostCredentialOf } from './credentials/hostCredential.ts';
export { login, logout } from './login.ts';
export type { Mirror, MirrorCapability } from './mirrors/Mirror.ts';
export { type Quirks, quirksOf, quirkTable } from './quirks.ts';
export type { RegistryOptions } from './RegistryOptions.ts';
export { isRegistryTarget, type RegistryTarget } from './RegistryTarget.ts';

/** OCI registries as targets, one for each repository (distribution-spec 1.1). */
export function registry(options: RegistryOptions): Plugin {
  return definePlugin({
    name: '@kitwright/registry',
    apiVersion: 1,
    apply({ hooks, register }) {
      const agents = new Map<boolean, LazyAgent>();
      const connect = (isAnonymous: boolean, namedBy?: string): readonly [LazyAgent, RegistryOptions] => {
        const used = isAnonymous ? { ...anonymousOptions(options), namedBy } : options;
        const agent = agents.get(isAnonymous) ?? lazyAgent(used);
        agents.set(isAnonymous, agent);
        return [agent, used];
      };
      const provider: TargetProvider = {
        id: 'registry',
        open: (location, access, { anonymous, namedBy }) => {
          const reference = parseReference(location);
          requireRegistry(reference, access);
          // Checked here, and not with the first request, which may come after a long pack, or in the background of a
          // watch.
          checkConnection(originOf(reference.registry, options), options);
          return {
            target: openRepository(reference, access, ...connect(anonymous, namedBy)),
            repository: repositoryOf(reference),
            references: reference.reference === undefined ? [] : [reference.reference, ...reference.extraTags],
          };
        },
      };
      register('target', provider);
      register('network', {
        id: 'default',
        fetch: createPluginFetch(options),
        credentials: (host) => hostCredential(host, options),
      });
      hooks.dispose.tap(async () => {
        for (const agent of agents.values()) await agent.destroy();
      });
    },
  });
}

/** The options without credentials and client certificate. */
function anonymousOptions(options: RegistryOptions): RegistryOptions {
  return { ...withoutCertificate(options), anonymous: true };
}

const words: Readonly<Record<TargetAccess, string>> = { push: 'pushing', pull: 'pulling', delete: 'removing' };

/** A name without a host belongs to the local store. */
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
