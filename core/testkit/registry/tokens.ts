import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Answer, refusal } from './answer.ts';

export interface AuthOptions {
  readonly scheme: 'basic' | 'bearer';
  readonly username: string;
  readonly password: string;
  /** What the token service says, in seconds; nothing by default. */
  readonly expiresIn?: number;
  /** A token is refused after so many requests; never by default. */
  readonly usesPerToken?: number;
}

export interface Gate {
  /** The refusal of a request without the right, undefined for one with it. */
  readonly check: (request: IncomingMessage, origin: string, repository: string) => Answer | undefined;
  readonly token: (request: IncomingMessage, url: URL, body: string) => Answer;
}

/** Who may do what: HTTP basic, or tokens for scopes. */
export function createGate(auth: AuthOptions | undefined): Gate {
  const tokens = new Map<string, { readonly scopes: readonly string[]; uses: number }>();
  const isUser = (request: IncomingMessage): boolean =>
    request.headers.authorization === `Basic ${Buffer.from(`${auth?.username}:${auth?.password}`).toString('base64')}`;
  const challenge = (origin: string, scope: string): Answer => ({
    ...refusal(401, 'UNAUTHORIZED'),
    headers: {
      'www-authenticate':
        auth?.scheme === 'basic'
          ? 'Basic realm="test"'
          : `Bearer realm="${origin}/token",service="test",scope="${scope}"`,
    },
  });
  const grants = (request: IncomingMessage, repository: string): boolean => {
    const held = tokens.get(request.headers.authorization?.replace(/^Bearer /, '') ?? '');
    if (!held || ++held.uses > (auth?.usesPerToken ?? Number.POSITIVE_INFINITY)) return false;
    const needed = request.method === 'GET' || request.method === 'HEAD' ? 'pull' : 'push';
    return (
      repository === '' ||
      held.scopes.some((scope) => scope.startsWith(`repository:${repository}:`) && scope.includes(needed))
    );
  };
  return {
    check: (request, origin, repository) => {
      if (!auth || (auth.scheme === 'basic' ? isUser(request) : grants(request, repository))) return undefined;
      return challenge(origin, scopeNeeded(request.method ?? '', repository));
    },
    token: (request, url, body) => {
      const form = new URLSearchParams(body);
      const allowed = isUser(request) || form.get('refresh_token') === auth?.password;
      if (!allowed) return refusal(401, 'UNAUTHORIZED', 'wrong credentials');
      const value = randomBytes(12).toString('hex');
      const scopes = [...url.searchParams.getAll('scope'), ...(form.get('scope')?.split(' ') ?? [])];
      tokens.set(value, { scopes, uses: 0 });
      const expires = auth?.expiresIn === undefined ? {} : { expires_in: auth.expiresIn };
      return { status: 200, body: Buffer.from(JSON.stringify({ token: value, ...expires })) };
    },
  };
}

function scopeNeeded(method: string, repository: string): string {
  return `repository:${repository}:${method === 'GET' || method === 'HEAD' ? 'pull' : 'pull,push'}`;
}
