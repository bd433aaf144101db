import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Answer, refusal } from './answer.ts';

export interface AuthOptions {
  readonly scheme: 'basic' | 'bearer';
  readonly username: string;
  readonly password: string;
  /** Is `/v2/` open to all requests, or to those without credentials? Neither by default. */
  readonly openPing?: 'always' | 'withoutCredentials';
  readonly tokens?: TokenOptions;
}

/** How the token service differs from the documentation of distribution. */
export interface TokenOptions {
  /** The `expires_in` of its answer, in seconds; none by default. */
  readonly expiresIn?: number | string | null;
  /** A token is refused after this many requests; never by default. */
  readonly uses?: number;
  /** Who gets tokens: by default only with the right credentials, with `anonymous` also without any. */
  readonly trusts?: 'known' | 'anonymous' | 'everybody';
  /** The scope of a challenge: by default the needed one; with undefined none. */
  readonly challenge?: (needed: string) => string | undefined;
  /** The name of a repository in scopes. */
  readonly nameOf?: (repository: string) => string;
  /** Which of the requested scopes it grants, all by default; undefined answers 403. */
  readonly grant?: (asked: readonly string[]) => readonly string[] | undefined;
  /** Its answer: `{ token }` by default. */
  readonly answer?: (token: string) => unknown;
}

export interface Gate {
  /** The refusal of a request without the needed right; undefined if it is allowed. */
  readonly check: (request: IncomingMessage, url: URL, repository: string) => Answer | undefined;
  readonly token: (request: IncomingMessage, url: URL, body: string) => Answer;
}

/** Access control: HTTP basic, or tokens for scopes. */
export function createGate(auth: AuthOptions | undefined): Gate {
  if (!auth) return { check: () => undefined, token: () => refusal(404, 'UNSUPPORTED') };
  return auth.scheme === 'basic' ? createBasicGate(auth) : createTokenGate(auth, auth.tokens ?? {});
}

function createBasicGate(auth: AuthOptions): Gate {
  return {
    token: () => refusal(404, 'UNSUPPORTED'),
    check: (request, { pathname }) =>
      isUser(request, auth) || isOpen(pathname, request, auth)
        ? undefined
        : { ...refusal(401, 'UNAUTHORIZED'), headers: { 'www-authenticate': 'Basic realm="test"' } },
  };
}

function isUser({ headers }: IncomingMessage, { username, password }: AuthOptions): boolean {
  return headers.authorization === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function isOpen(pathname: string, { headers }: IncomingMessage, { openPing }: AuthOptions): boolean {
  if (pathname !== '/v2/') return false;
  return openPing === 'always' || (openPing === 'withoutCredentials' && headers.authorization === undefined);
}

function createTokenGate(auth: AuthOptions, options: TokenOptions): Gate {
  const tokens = new Map<string, { readonly scopes: readonly string[]; uses: number }>();
  const isGranted = (request: IncomingMessage, needed: readonly string[]): boolean => {
    const held = tokens.get(request.headers.authorization?.replace(/^Bearer /, '') ?? '');
    return held !== undefined && ++held.uses <= (options.uses ?? held.uses) && covers(held.scopes, needed);
  };
  return {
    check: (request, url, repository) => {
      const needed = scopesNeeded(request.method ?? '', url, repository, options);
      if (isOpen(url.pathname, request, auth) || isGranted(request, needed)) return undefined;
      return challengeFor(url.origin, needed.join(' '), options);
    },
    token: (request, url, body) => {
      const form = new URLSearchParams(body);
      if (!isTrusted(request, form, auth, options)) return refusal(401, 'UNAUTHORIZED', 'wrong credentials');
      const asked = [...url.searchParams.getAll('scope'), ...(form.get('scope')?.split(' ') ?? [])];
      const scopes = options.grant ? options.grant(asked) : asked;
      if (!scopes) return refusal(403, 'DENIED', 'access forbidden');
      const value = randomBytes(12).toString('hex');
      tokens.set(value, { scopes, uses: 0 });
      return { status: 200, body: Buffer.from(JSON.stringify(tokenJson(value, options))) };
    },
  };
}

function isTrusted(
  request: IncomingMessage,
  form: URLSearchParams,
  auth: AuthOptions,
  { trusts = 'known' }: TokenOptions,
): boolean {
  if (trusts === 'everybody' || isUser(request, auth) || form.get('refresh_token') === auth.password) return true;
  return trusts === 'anonymous' && request.headers.authorization === undefined && !form.has('refresh_token');
}

function tokenJson(value: string, { answer, expiresIn }: TokenOptions): unknown {
  if (answer) return answer(value);
  return { token: value, ...(expiresIn === undefined ? {} : { expires_in: expiresIn }) };
}

function challengeFor(origin: string, needed: string, { challenge = (scope) => scope }: TokenOptions): Answer {
  const scope = challenge(needed);
  const named = scope === undefined ? '' : `,scope="${scope}"`;
  return {
    ...refusal(401, 'UNAUTHORIZED'),
    headers: { 'www-authenticate': `Bearer realm="${origin}/token",service="test"${named}` },
  };
}

/** A mount also needs the right to read the other repository. */
function scopesNeeded(
  method: string,
  { searchParams }: URL,
  repository: string,
  { nameOf = (name) => name }: TokenOptions,
): readonly string[] {
  if (repository === '') return [];
  const own = `repository:${nameOf(repository)}:${method === 'GET' || method === 'HEAD' ? 'pull' : 'pull,push'}`;
  const from = searchParams.has('mount') ? searchParams.get('from') : null;
  return from ? [own, `repository:${nameOf(from)}:pull`] : [own];
}

function covers(scopes: readonly string[], needed: readonly string[]): boolean {
  return needed.every((scope) => {
    const [resource, actions] = split(scope);
    return actions.every((action) =>
      scopes.some((held) => split(held)[0] === resource && split(held)[1].includes(action)),
    );
  });
}

function split(scope: string): readonly [resource: string, actions: readonly string[]] {
  const at = scope.lastIndexOf(':');
  return [scope.slice(0, at), scope.slice(at + 1).split(',')];
}
