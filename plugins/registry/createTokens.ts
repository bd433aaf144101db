import { KitwrightError } from '@kitwright/core/plugin';
import type { Challenge } from './challenge.ts';
import { createScopeMemory, keyOf } from './createScopeMemory.ts';
import type { Credential } from './credentials/dockerConfig.ts';
import type { CredentialLookup } from './credentials/lookUpCredential.ts';
import type { Token } from './fetchToken.ts';
import { scopesOf } from './scopes.ts';

/** The tokens for one registry, one for each list of scopes. */
export interface Tokens {
  /** The header for these scopes; undefined until the registry sends a challenge. */
  readonly header: (scopes: readonly string[]) => Promise<string | undefined>;
  /** Handles a challenge; `refused` is the header that was sent and refused. Throws `unauthorized`. */
  readonly challenged: (challenge: Challenge, scopes: readonly string[], refused: string | undefined) => Promise<void>;
}

export type FetchToken = (
  challenge: Challenge,
  scopes: readonly string[],
  credential: Credential | undefined,
) => Promise<Token>;

/**
 * A token is fetched for our scopes and for those of the challenge: behind a proxy a repository has another name, and a
 * registry may require a scope of its own (`aws`). Anonymous access may be allowed, so a missing credential is no
 * failure; if the request is then refused, the error says why there was no credential.
 */
export function createTokens(fetch: FetchToken, lookup: CredentialLookup): Tokens {
  const held = new Map<string, Promise<Token>>();
  const memory = createScopeMemory();
  let current: Challenge | undefined;
  let who = lookup.ifQuick;
  const insist = () => {
    who = lookup.atLast;
    return lookup.atLast();
  };
  const heldFor = async (scopes: readonly string[]) => held.get(keyOf(scopes))?.catch(() => undefined);
  const obtain = async (challenge: Challenge, scopes: readonly string[]): Promise<Token> => {
    const [wanted, credential] = [memory.wanted(scopes), await who()];
    try {
      return await fetch(challenge, wanted, credential);
    } catch (error) {
      const late = isRefusal(error) && !credential ? await insist() : undefined;
      if (late) return fetch(challenge, wanted, late);
      const fewer = isTooMuch(error) ? memory.fewer(scopes) : undefined;
      if (fewer) return fetch(challenge, fewer, credential);
      throw error;
    }
  };
  return {
    header: async (scopes) => {
      if (!current) return undefined;
      const [challenge, before] = [current, heldFor(scopes)];
      // One at a time, so that parallel requests share a token.
      const next = before.then((known) => (known && isFresh(known) ? known : obtain(challenge, scopes)));
      held.set(keyOf(scopes), next);
      return headerOf(await next);
    },
    challenged: async (challenge, scopes, refused) => {
      const known = await heldFor(scopes);
      // Another request has fetched one meanwhile.
      if (known && headerOf(known) !== refused) return;
      current = challenge;
      held.delete(keyOf(scopes));
      const isAgain = memory.note(scopes, scopesOf(challenge.parameters['scope']));
      if (!isAgain || refused === undefined) return;
      memory.narrow(scopes);
      await insist();
    },
  };
}

function isFresh({ renewAt }: Token): boolean {
  return renewAt > Date.now();
}

function headerOf({ value }: Token): string {
  return `Bearer ${value}`;
}

function isRefusal(error: unknown): boolean {
  return error instanceof KitwrightError && error.code === 'unauthorized';
}

/** Some services refuse the whole token because of one scope. */
function isTooMuch(error: unknown): boolean {
  return error instanceof KitwrightError && (error.data['status'] === 400 || error.data['status'] === 403);
}
