import type { KitwrightError } from '@kitwright/core/plugin';
import { type Credential, helperKey, trimmed } from './dockerConfig.ts';
import { type HelperAction, type HelperAnswer, helperFailure, runHelper } from './runHelper.ts';

/** The user name which means that the secret is a refresh token. */
const tokenName = '<token>';

/**
 * Asks a helper for the credential of a host, for at most `limit` ms; undefined if it has none. Throws `unauthorized`.
 */
export async function askHelper(
  helper: string,
  host: string,
  env: NodeJS.ProcessEnv,
  limit?: number,
): Promise<Credential | undefined> {
  const said = await runHelper(helper, 'get', helperKey(host), env, limit);
  if (said.code !== 0) {
    if (isMissing(said)) return undefined;
    throw refusal(helper, said);
  }
  const { Username, Secret } = parse(helper, said.text);
  if (typeof Secret !== 'string' || !trimmed(Secret)) return undefined;
  return Username === tokenName
    ? { refreshToken: trimmed(Secret) }
    : { username: String(Username ?? ''), password: trimmed(Secret) };
}

function parse(helper: string, text: string): { readonly Username?: unknown; readonly Secret?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    throw helperFailure(helper, 'its answer is not JSON');
  }
}

function isMissing({ text }: HelperAnswer): boolean {
  return /credentials not found|no credentials/i.test(text);
}

const maxReason = 200;

/** A helper writes the reason of a failure to standard output. */
function refusal(helper: string, { code, text }: HelperAnswer): KitwrightError {
  const [first = ''] = text.trim().split('\n');
  const reason = first.replace(/\p{Cc}/gu, ' ').slice(0, maxReason);
  return helperFailure(helper, `it ended with status ${code}${reason ? ` (${reason})` : ''}`);
}

/** Stores a credential with a helper. Throws `unauthorized`. */
export async function storeWithHelper(
  helper: string,
  host: string,
  credential: Credential,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const [Username, Secret] =
    'username' in credential
      ? [credential.username, credential.password]
      : [tokenName, 'refreshToken' in credential ? credential.refreshToken : credential.registryToken];
  await change(helper, 'store', JSON.stringify({ ServerURL: helperKey(host), Username, Secret }), env);
}

/** Makes a helper delete the credential of a host. Throws `unauthorized`. */
export async function eraseWithHelper(helper: string, host: string, env: NodeJS.ProcessEnv): Promise<void> {
  await change(helper, 'erase', helperKey(host), env);
}

async function change(helper: string, action: HelperAction, input: string, env: NodeJS.ProcessEnv): Promise<void> {
  const said = await runHelper(helper, action, input, env);
  if (said.code !== 0 && !(action === 'erase' && isMissing(said))) throw refusal(helper, said);
}
