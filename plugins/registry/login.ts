import { KitwrightError } from '@kitwright/core/plugin';
import { answerError } from './answerError.ts';
import { createAuthorizer } from './authorizer.ts';
import { lazyAgent } from './connection/lazyAgent.ts';
import { createClient } from './createClient.ts';
import type { Credential } from './credentials/dockerConfig.ts';
import { eraseCredential, storeCredential } from './credentials/findCredential.ts';
import { givenCredential } from './credentials/lookUpCredential.ts';
import type { HttpRequest } from './HttpRequest.ts';
import { originOf } from './openRepository.ts';
import type { RegistryOptions } from './RegistryOptions.ts';

/** Asks the registry whether it takes the credential, and keeps it then. Throws `unauthorized`, `network-failed`. */
export async function login(registry: string, credential: Credential, options: RegistryOptions): Promise<void> {
  await asked(registry, credential, options);
  await storeCredential(registry, credential, options);
}

async function asked(registry: string, credential: Credential, options: RegistryOptions): Promise<void> {
  const agent = lazyAgent(options);
  try {
    const origin = originOf(registry, options);
    const client = createClient(
      origin,
      agent,
      createAuthorizer(origin, registry, '', agent, options, givenCredential(credential)),
      options,
    );
    const request: HttpRequest = { method: 'GET', url: new URL('/v2/', origin) };
    const answer = await client.send(request, []);
    if (answer.status !== 200) throw await answerError(request, answer, 'let you log in');
    await answer.discard();
  } finally {
    await agent.destroy();
  }
}

/** Forgets the credential of a registry. Throws `unauthorized` if there is none. */
export async function logout(registry: string, options: RegistryOptions): Promise<void> {
  if (await eraseCredential(registry, options)) return;
  throw new KitwrightError('unauthorized', `There are no credentials for ${registry}.`, {
    hint: 'Nothing had to be removed.',
  });
}
