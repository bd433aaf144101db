import { createFetch, storeLogin } from '@kitwright/registry';
import type { Session } from '../Session.ts';
import { awsLogin } from './cloud/awsLogin.ts';
import type { CloudLogin } from './cloud/CloudLogin.ts';
import { googleLogin } from './cloud/googleLogin.ts';

/**
 * Stores the credential that a pod has for a registry, in the order of `kit`'s image: a name and a password
 * (`KIT_USER`, `KIT_PASSWORD`), a role of AWS (`AWS_ROLE_ARN`, `AWS_ECR_REGION`), an identity of Google Cloud (`GCP_WIF`,
 * `GCP_GAR_LOCATION`). Does nothing without them. With `KIT_REGISTRY` the password goes to that host only: who names a
 * model chooses its registry.
 */
export async function loginFromPod(session: Session, registry: string): Promise<void> {
  const login = await loginOf(session, registry);
  for (const host of login?.hosts ?? [])
    await storeLogin(host, (login as CloudLogin).credential, session.registryOptions());
}

async function loginOf(session: Session, registry: string): Promise<CloudLogin | undefined> {
  const { env } = session;
  const { KIT_USER: username, KIT_PASSWORD: password, KIT_REGISTRY: only } = env;
  if (username && password)
    return !only || only === registry ? { hosts: [registry], credential: { username, password } } : undefined;
  const options = session.registryOptions();
  if (env['AWS_ROLE_ARN'] && env['AWS_ECR_REGION'])
    return awsLogin({ env, registry, fetch: unredirected(createFetch(options)), now: Date.now });
  // A metadata server is on this machine, so to say: no proxy leads there.
  const direct = { ...options, proxy: undefined, usualProxy: undefined, env: {} };
  const fetch = unredirected(createFetch(env['GOOGLE_APPLICATION_CREDENTIALS'] ? options : direct));
  if (env['GCP_WIF'] === 'true' && env['GCP_GAR_LOCATION']) return googleLogin({ env, registry, fetch, now: Date.now });
  return undefined;
}

/** Tokens go to the service that was named, and to no other. */
function unredirected(send: typeof fetch): typeof fetch {
  return (input, init) => send(input, { ...init, redirect: 'error' });
}
