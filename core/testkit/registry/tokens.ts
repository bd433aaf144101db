import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Answer, refusal } from './answer.ts';

export interface AuthOptions {
  readonly scheme: 'basic' | 'bearer';
  readonly username: string;
  readonly password: string;
  /** Is `/v2/` answered to everybody, or at least to those who send no credentials? Neither by default. */
  readonly openPing?: 'always' | 'withoutCredentials';
  readonly tokens?: TokenOptions;
}

/** How the token service behaves where it differs from what the documentation of distribution says. */
export interface TokenOptions {
  /** What it says, in seconds; nothing by default. */
  readonly expiresIn?: number | string | null;
  /** A token is refused after so many requests; never by default. */
  readonly uses?: number;
  /** Whom it gives tokens: those with the right credentials by default, `anonymous` also those without any. */
  readonly trusts?: 'known' | 'anonymous' | 'everybody';
  /** What a challenge asks for: the scope that is needed by default; with undefined it names none. */
  readonly challenge?: (needed: string) => string | undefined;
  /** The name of a repository in scopes. */
  readonly nameOf?: (repository: string) => string;
  /** Which of the scopes that are asked for it grants, all by default; undefined answers 403. */
  readonly grant?: (asked: readonly string[]) => readonly string[] | undefined;
  /** Its answer: `{ token }` by default. */
  readonly answer?: (token: string) => unknown;
}

export interface Gate {
  /** The refusal of a request without the right, undefined for one with it. */
  readonly check: (request: IncomingMessage, url: URL, repository: string) => Answer | undefined;
  readonly token: (request: IncomingMessage, url: URL, body: string) => Answer;
}

/** Who may do what: HTTP basic, or tokens for scopes. */
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

/** A mount needs the right to read where it comes from, too. */
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
