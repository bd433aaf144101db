import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { KitwrightError, type OpenContext, type SignerOptions } from '@kitwright/core/plugin';
import type { JsonRecord } from '../../formats/strictJson.ts';
import { callJson, safeUrl, serviceError } from './callService.ts';
import { listenForCode } from './listenForCode.ts';

const service = 'The OIDC issuer';

/**
 * Lets whoever sits there log in at an issuer: in a browser on this machine (OpenID Connect Core 1.0, 3.1, with RFC 7636),
 * or with `fulcio-auth-flow=device` in one anywhere (RFC 8628). Returns the identity token. Throws `unauthorized`,
 * `usage`, and what `callService` throws.
 */
export async function askIssuer(given: SignerOptions, issuer: string, context: OpenContext): Promise<string> {
  const { visit, options } = given;
  const { 'oidc-client-id': client = 'sigstore', 'fulcio-auth-flow': flow = 'normal' } = options;
  if (!visit)
    throw new KitwrightError('usage', 'There is no key, no identity token, and nobody to log in.', {
      hint: 'Name a --key, set SIGSTORE_ID_TOKEN, or run in a job of GitHub with "permissions: id-token: write".',
    });
  if (flow !== 'normal' && flow !== 'device')
    throw new KitwrightError('usage', `Unknown flow ${JSON.stringify(flow)}; there are: normal, device.`);
  const endpoints = await endpointsOf(issuer, context);
  const login: Login = { client, visit, verifier: secret(), issuer, endpoints, context };
  const token = flow === 'device' ? await byDevice(login) : await byBrowser(login);
  if (typeof token === 'string') return token;
  throw serviceError({ service }, 'gave no identity token');
}

interface Login {
  readonly client: string;
  readonly visit: NonNullable<SignerOptions['visit']>;
  /** RFC 7636: who asked is who gets the token. */
  readonly verifier: string;
  readonly issuer: string;
  readonly endpoints: JsonRecord;
  readonly context: OpenContext;
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}

/** OpenID Connect Discovery 1.0, section 4. */
async function endpointsOf(issuer: string, context: OpenContext): Promise<JsonRecord> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const found = await callJson({ service, url }, context);
  if (found['issuer'] === issuer) return found;
  throw serviceError({ service }, 'says that it is another one');
}

function post(login: Login, endpoint: string, form: Readonly<Record<string, string>>): Promise<JsonRecord> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  const body = new URLSearchParams({ client_id: login.client, ...form }).toString();
  const { endpoints, issuer: namedBy, context } = login;
  return callJson({ service, url: String(endpoints[endpoint]), headers, body, namedBy }, context);
}

function challenge({ verifier }: Login): Readonly<Record<string, string>> {
  const hash = createHash('sha256').update(verifier).digest('base64url');
  return { scope: 'openid email', code_challenge: hash, code_challenge_method: 'S256' };
}

/** A browser opens it: an address of a program, or of a file, is none. */
function pageAt(url: unknown): URL {
  return safeUrl({ service, url: typeof url === 'string' ? url : '' });
}

async function byBrowser(login: Login): Promise<unknown> {
  const [state, nonce] = [secret(), secret()];
  await using listener = await listenForCode(state, login.context.signal);
  const page = pageAt(login.endpoints['authorization_endpoint']);
  const query = { response_type: 'code', client_id: login.client, redirect_uri: listener.url, state, nonce };
  for (const [name, value] of Object.entries({ ...query, ...challenge(login) })) page.searchParams.set(name, value);
  await login.visit({ url: page.href });
  const code = await listener.code;
  const grant = { grant_type: 'authorization_code', code, redirect_uri: listener.url, code_verifier: login.verifier };
  const { id_token: token } = await post(login, 'token_endpoint', grant);
  if (nonceOf(token) === nonce) return token;
  throw serviceError({ service }, 'gave a token that was made for somebody else');
}

function nonceOf(token: unknown): unknown {
  const payload = Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString();
  try {
    return (JSON.parse(payload) as JsonRecord)['nonce'];
  } catch {
    return undefined;
  }
}

/** ms: a code that nobody enters is given up. */
const patience = 5 * 60_000;

async function byDevice(login: Login): Promise<unknown> {
  if (!login.endpoints['device_authorization_endpoint'])
    throw new KitwrightError('usage', 'This OIDC issuer has no login for devices.');
  const given = await post(login, 'device_authorization_endpoint', challenge(login));
  const { device_code: device, user_code: code, verification_uri: uri, interval } = given;
  await login.visit({ url: pageAt(given['verification_uri_complete'] ?? uri).href, code: String(code) });
  const grant = {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: String(device),
    code_verifier: login.verifier,
  };
  const wait = Math.min(Math.max(Number(interval) || 5, 1), 30) * 1000;
  const until = Date.now() + patience;
  while (Date.now() < until) {
    await delay(wait, undefined, { signal: login.context.signal });
    const token = await post(login, 'token_endpoint', grant).catch(pending);
    if (token) return token['id_token'];
  }
  throw new KitwrightError('unauthorized', 'Nobody entered the code in time.');
}

/** RFC 8628, 3.5: not yet. */
function pending(error: unknown): undefined {
  if (error instanceof KitwrightError && /authorization_pending|slow_down/.test(error.message)) return undefined;
  throw error;
}
