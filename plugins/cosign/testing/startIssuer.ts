import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small OIDC issuer on loopback, at which everybody is the same person (OpenID Connect Core 1.0, RFC 7636, RFC 8628). */
export interface Issuer extends AsyncDisposable {
  readonly url: string;
  /** A token for somebody, as a pipeline has one in its environment. */
  readonly token: (email?: string) => string;
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[];
}

const person = 'ann@example.com';

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

export async function startIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const header = { alg: 'RS256', kid: 'one', typ: 'JWT' };
  const jwk = { ...publicKey.export({ format: 'jwk' }), ...header, use: 'sig' };
  const asked: string[] = [];
  /** Codes that were given, and the challenge that their owner must meet. */
  const codes = new Map<string, { readonly challenge: string; readonly nonce: string | undefined }>();
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const token = (email = person, nonce?: string) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: url,
      aud: 'sigstore',
      sub: email,
      email,
      email_verified: true,
      iat: now,
      exp: now + 300,
      nonce,
    };
    const text = `${base64url(header)}.${base64url(claims)}`;
    return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
  };

  const json = (response: ServerResponse, value: unknown, status = 200) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

  const configuration = {
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    device_authorization_endpoint: `${url}/device`,
    jwks_uri: `${url}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };

  const give = (challenge: string, nonce: string | undefined) => {
    const code = randomUUID();
    codes.set(code, { challenge, nonce });
    return code;
  };

  const exchange = (form: URLSearchParams, response: ServerResponse) => {
    const code = form.get('code') ?? form.get('device_code') ?? '';
    const given = codes.get(code);
    codes.delete(code);
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!given || (given.challenge && given.challenge !== verifier))
      return json(response, { error: 'invalid_grant' }, 400);
    return json(response, { access_token: 'a', token_type: 'Bearer', id_token: token(person, given.nonce) });
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    asked.push(pathname);
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
    if (pathname === '/.well-known/openid-configuration') return json(response, configuration);
    if (pathname === '/keys') return json(response, { keys: [jwk] });
    if (pathname === '/token') return exchange(form, response);
    if (pathname === '/device')
      return json(response, {
        device_code: give(form.get('code_challenge') ?? '', undefined),
        user_code: 'ABCD-EFGH',
        verification_uri: `${url}/activate`,
        expires_in: 60,
        interval: 1,
      });
    // GitHub's way: the variables of a job name this place.
    if (pathname === '/github')
      return request.headers.authorization === 'Bearer job' && searchParams.get('audience') === 'sigstore'
        ? json(response, { value: token('job@example.com') })
        : json(response, {}, 401);
    if (pathname === '/authorize') {
      const back = new URL(searchParams.get('redirect_uri') ?? url);
      back.searchParams.set(
        'code',
        give(searchParams.get('code_challenge') ?? '', searchParams.get('nonce') ?? undefined),
      );
      back.searchParams.set('state', searchParams.get('state') ?? '');
      return response.writeHead(302, { location: back.href }).end();
    }
    return json(response, {}, 404);
  };

  return {
    url,
    token: (email) => token(email),
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
