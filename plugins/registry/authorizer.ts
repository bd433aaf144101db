import { parseChallenges } from './challenge.ts';
import type { LazyAgent } from './connection/lazyAgent.ts';
import { createTokens } from './createTokens.ts';
import { type CredentialLookup, lookUpCredential } from './credentials/lookUpCredential.ts';
import { fetchToken } from './fetchToken.ts';
import type { HttpAnswer } from './HttpAnswer.ts';
import type { RegistryOptions } from './RegistryOptions.ts';

/** The `Authorization` headers for one registry. */
export interface Authorizer {
  /** The header for these scopes, if it is known; tokens are renewed before they expire. */
  readonly header: (scopes: readonly string[]) => Promise<string | undefined>;
  /**
   * Handles a 401 to a request that was sent with the header `refused`; false if there is nothing more to try. Throws
   * `unauthorized` with the reason why there are no credentials.
   */
  readonly challenged: (answer: HttpAnswer, scopes: readonly string[], refused: string | undefined) => Promise<boolean>;
}

/** Credentials are looked up only when the registry asks for them. */
export function createAuthorizer(
  registry: URL,
  host: string,
  repository: string,
  agent: LazyAgent,
  options: RegistryOptions,
  lookup: CredentialLookup = lookUpCredential(host, repository, options),
): Authorizer {
  const tokens = createTokens(
    (challenge, scopes, credential) => fetchToken(agent, registry, challenge, scopes, credential, options.signal),
    lookup,
  );
  let fixed: string | undefined;
  return {
    header: async (scopes) => fixed ?? (await tokens.header(scopes)),
    challenged: async (answer, scopes, refused) => {
      const challenges = parseChallenges(answer.header('www-authenticate') ?? '');
      const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
      if (!bearer && !challenges.some(({ scheme }) => scheme === 'basic')) return false;
      fixed = await fixedHeader(lookup, bearer !== undefined);
      if (fixed !== undefined) return fixed !== refused;
      if (bearer) await tokens.challenged(bearer, scopes, refused);
      return bearer !== undefined;
    },
  };
}

/** A token that was fetched by another tool, or name and password for `Basic`, where no token is needed. */
async function fixedHeader(lookup: CredentialLookup, isBearer: boolean): Promise<string | undefined> {
  const credential = await (isBearer ? lookup.ifQuick() : lookup.atLast());
  if (credential && 'registryToken' in credential) return `Bearer ${credential.registryToken}`;
  return !isBearer && credential && 'username' in credential ? basicHeader(credential) : undefined;
}

export function basicHeader({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
