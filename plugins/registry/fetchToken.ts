import { KitwrightError } from '@kitwright/core/plugin';
import { answerError } from './answerError.ts';
import type { Challenge } from './challenge.ts';
import { isThisMachine } from './connection/isThisMachine.ts';
import type { LazyAgent } from './connection/lazyAgent.ts';
import { refuseInward } from './connection/refuseInward.ts';
import type { Credential } from './credentials/dockerConfig.ts';
import { dispatch } from './dispatch.ts';
import type { HttpRequest } from './HttpRequest.ts';
import { readJson } from './readBody.ts';

export interface Token {
  readonly value: string;
  /** ms since 1970. */
  readonly renewAt: number;
}

const maxToken = 128 * 1024;

const margin = 10_000;

/**
 * Fetches a token for these scopes (distribution token authentication; OAuth2 refresh tokens). Throws `unauthorized`,
 * `remote-malformed`, `network-failed`.
 */
export async function fetchToken(
  agent: LazyAgent,
  registry: URL,
  challenge: Challenge,
  scopes: readonly string[],
  credential: Credential | undefined,
  signal: AbortSignal,
): Promise<Token> {
  const realm = realmOf(challenge, registry);
  checkRealm(realm, registry);
  await refuseInward(registry, realm, (url) => agent.proxyOf(url) !== undefined);
  const { service } = challenge.parameters;
  const request =
    credential && 'refreshToken' in credential
      ? postRequest(realm, service, scopes, credential.refreshToken)
      : getRequest(realm, service, scopes, credential);
  const answer = await dispatch(agent, request, signal);
  if (answer.status !== 200) throw await answerError(request, answer, 'give a token');
  const json = await readJson(answer, request, maxToken);
  const value = [json['access_token'], json['token']].find((text) => typeof text === 'string' && text !== '');
  if (typeof value !== 'string')
    throw new KitwrightError('remote-malformed', `${realm.host} answered without a token.`);
  return { value, renewAt: Date.now() + lifetimeOf(json) - margin };
}

function realmOf({ parameters }: Challenge, registry: URL): URL {
  try {
    return new URL(parameters['realm'] ?? '', registry);
  } catch {
    throw new KitwrightError('remote-malformed', `${registry.host} names no usable token service.`);
  }
}

/**
 * A token service must use TLS. One without TLS is used only for a registry without TLS, on the same host or both on
 * this machine: otherwise credentials, or answers of an internal service, could leak.
 */
function checkRealm(realm: URL, registry: URL): void {
  if (realm.protocol === 'https:') return;
  const isNear = realm.host === registry.host || [realm, registry].every(isLoopback);
  if (realm.protocol === 'http:' && registry.protocol === 'http:' && isNear) return;
  throw new KitwrightError(
    'unauthorized',
    `${registry.host} names ${realm.origin} for its tokens, without encryption; that is refused.`,
    { hint: 'Ask who runs the registry to serve tokens over HTTPS.' },
  );
}

function isLoopback({ hostname }: URL): boolean {
  return isThisMachine(hostname.replace(/^\[(.*)\]$/, '$1'));
}

const clientId = 'kitwright';

function postRequest(
  url: URL,
  service: string | undefined,
  scopes: readonly string[],
  refreshToken: string,
): HttpRequest {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    service: service ?? '',
    client_id: clientId,
    scope: scopes.join(' '),
    refresh_token: refreshToken,
  });
  const bytes = Buffer.from(form.toString());
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: {
      length: bytes.byteLength,
      open: async function* () {
        yield bytes;
      },
    },
  };
}

function getRequest(
  realm: URL,
  service: string | undefined,
  scopes: readonly string[],
  credential: Credential | undefined,
): HttpRequest {
  const url = new URL(realm);
  if (service) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const basic =
    credential && 'username' in credential
      ? { authorization: `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString('base64')}` }
      : {};
  return { method: 'GET', url, headers: basic };
}

/** The lifetime of a token if its service does not give one, and how much earlier it is renewed, in ms. */
const defaultLifetime = 60_000;

/** Some services send the number as text. */
function lifetimeOf({ expires_in }: Readonly<Record<string, unknown>>): number {
  const seconds = typeof expires_in === 'number' || typeof expires_in === 'string' ? Number(expires_in) : 0;
  return seconds > 0 ? Math.max(defaultLifetime, seconds * 1000) : defaultLifetime;
}
