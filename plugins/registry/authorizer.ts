import { parseChallenges } from './challenge.ts';
import type { LazyAgent } from './connection/lazyAgent.ts';
import type { Credential } from './credentials/dockerConfig.ts';
import { findCredential } from './credentials/findCredential.ts';
import { fetchToken, type Token } from './fetchToken.ts';
import type { HttpAnswer } from './HttpAnswer.ts';
import type { RegistryOptions } from './RegistryOptions.ts';

/** What goes into `Authorization` for one registry. */
export interface Authorizer {
  /** The header for these scopes as far as it is known; tokens are renewed before they expire. */
  readonly header: (scopes: readonly string[]) => Promise<string | undefined>;
  /** Answers a 401; false if there is nothing (more) to try. */
  readonly challenged: (answer: HttpAnswer, scopes: readonly string[]) => Promise<boolean>;
}

interface Known {
  readonly basic?: string;
  readonly bearer?: (scopes: readonly string[]) => Promise<Token>;
}

/** `given` goes before what the files say: a login tries what it was told. */
export function createAuthorizer(
  registry: URL,
  host: string,
  repository: string,
  agent: LazyAgent,
  options: RegistryOptions,
  given?: Credential,
): Authorizer {
  let credential: Promise<Credential | undefined> | undefined;
  let known: Known = {};
  const tokens = new Map<string, Promise<Token>>();
  const ownCredential = () => {
    credential ??= given ? Promise.resolve(given) : findCredential(host, repository, options);
    return credential;
  };
  const keyOf = (scopes: readonly string[]) => scopes.join(' ');
  const tokenFor = async (scopes: readonly string[]): Promise<Token | undefined> => {
    if (!known.bearer) return undefined;
    const key = keyOf(scopes);
    const held = await tokens.get(key)?.catch(() => undefined);
    if (held && held.renewAt > Date.now()) return held;
    const fetched = known.bearer(scopes);
    tokens.set(key, fetched);
    return fetched;
  };
  const accept = async (answer: HttpAnswer): Promise<Known | undefined> => {
    const challenges = parseChallenges(answer.header('www-authenticate') ?? '');
    const own = await ownCredential();
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer) return { bearer: (scopes) => fetchToken(agent, registry, bearer, scopes, own, options.signal) };
    const basic = challenges.some(({ scheme }) => scheme === 'basic');
    return basic && own && 'username' in own ? { basic: basicHeader(own) } : undefined;
  };
  return {
    header: async (scopes) => {
      if (known.basic) return known.basic;
      const own = given ?? (known.bearer ? undefined : await ownCredential());
      if (own && 'registryToken' in own) return `Bearer ${own.registryToken}`;
      const token = await tokenFor(scopes);
      return token && `Bearer ${token.value}`;
    },
    challenged: async (answer, scopes) => {
      const accepted = await accept(answer);
      if (!accepted || (known.basic !== undefined && accepted.basic === known.basic)) return false;
      known = accepted;
      tokens.delete(keyOf(scopes));
      return true;
    },
  };
}

function basicHeader({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
