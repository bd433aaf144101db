import { randomUUID } from 'node:crypto';
import { KitwrightError } from '@kitwright/core/plugin';
import { answerError } from './answerError.ts';
import { basicHeader, createAuthorizer } from './authorizer.ts';
import { parseChallenges } from './challenge.ts';
import type { LazyAgent } from './connection/lazyAgent.ts';
import { createClient } from './createClient.ts';
import type { Credential } from './credentials/dockerConfig.ts';
import type { HttpAnswer } from './HttpAnswer.ts';
import type { HttpRequest } from './HttpRequest.ts';
import { originOf } from './originOf.ts';
import type { RegistryOptions } from './RegistryOptions.ts';

/**
 * Does the registry accept the credential? True if it asked for one at `/v2/` and accepted this one. If `/v2/` is open,
 * the credential is tried on a repository, and so is a wrong one: false if both are accepted. Throws `unauthorized`,
 * `network-failed`.
 */
export async function verifyCredential(
  registry: string,
  credential: Credential,
  agent: LazyAgent,
  options: RegistryOptions,
): Promise<boolean> {
  const attempt = (tried: Credential) => tryCredential(registry, tried, agent, options);
  if (await attempt(credential)) return true;
  try {
    await attempt(invented(credential));
    return false;
  } catch (error) {
    if (error instanceof KitwrightError && error.code === 'unauthorized') return true;
    throw error;
  }
}

/** An invented credential of the same kind: a wrong password for a real name could lock its account. */
function invented(like: Credential): Credential {
  return 'username' in like
    ? { username: `kitwright-${randomUUID()}`, password: randomUUID() }
    : { refreshToken: randomUUID() };
}

/** A repository that does not exist: most registries require a login before they answer that. */
const probe = '/v2/kitwright/login/tags/list';

/** Did `/v2/` ask for the credential? Throws `unauthorized` if it is refused, there or later. */
async function tryCredential(
  registry: string,
  credential: Credential,
  agent: LazyAgent,
  options: RegistryOptions,
): Promise<boolean> {
  const origin = originOf(registry, options);
  let isAsked = false;
  const given = async () => {
    isAsked = true;
    return credential;
  };
  const authorizer = createAuthorizer(origin, registry, '', agent, options, { ifQuick: given, atLast: given });
  const client = createClient(origin, agent, authorizer, options);
  const get = async (path: string, isTaken: (answer: HttpAnswer) => boolean, headers: HttpRequest['headers'] = {}) => {
    const request: HttpRequest = { method: 'GET', url: new URL(path, origin), headers };
    const answer = await client.send(request, []);
    if (!isTaken(answer)) throw await answerError(request, answer, 'let you log in');
    await answer.discard();
  };
  await get('/v2/', isOk);
  if (isAsked) return true;
  await get(probe, (answer) => !isAsked || !isBasicRefusal(answer));
  // Some registries check credentials for which they did not ask.
  if (!isAsked && 'username' in credential) await get('/v2/', isOk, { authorization: basicHeader(credential) });
  return false;
}

function isOk({ status }: HttpAnswer): boolean {
  return status === 200;
}

/** A 401 for a token only means that it has no rights here; that it was issued proves the credential. */
function isBasicRefusal(answer: HttpAnswer): boolean {
  const challenges = parseChallenges(answer.header('www-authenticate') ?? '');
  return answer.status === 401 && challenges.every(({ scheme }) => scheme !== 'bearer');
}
