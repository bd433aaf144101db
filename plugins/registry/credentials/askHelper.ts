import { spawn } from 'node:child_process';
import { KitwrightError, messageOf } from '@kitwright/core/plugin';
import type { Credential } from './dockerConfig.ts';

/** The name that says: the secret is a refresh token. */
const tokenName = '<token>';

/** Asks a helper for a host; undefined if it knows none. Throws `unauthorized`. */
export async function askHelper(helper: string, host: string, env: NodeJS.ProcessEnv): Promise<Credential | undefined> {
  const { code, text } = await run(helper, 'get', host, env);
  if (code !== 0) {
    if (isMissing(text)) return undefined;
    throw failed(helper, `it ended with status ${code}`);
  }
  let answer: { readonly Username?: unknown; readonly Secret?: unknown };
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch {
    throw failed(helper, 'its answer is no JSON');
  }
  if (typeof answer.Secret !== 'string' || !answer.Secret) return undefined;
  return answer.Username === tokenName
    ? { refreshToken: answer.Secret }
    : { username: String(answer.Username ?? ''), password: answer.Secret };
}

interface Answer {
  readonly code: number | null;
  readonly text: string;
}

const nameForm = /^[A-Za-z0-9._-]+$/;

const timeLimit = 30_000;

const maxAnswer = 64 * 1024;

/** Runs a helper without a shell, for a bounded time and with a bounded answer (docker-credential-helpers protocol). */
function run(helper: string, action: string, input: string, env: NodeJS.ProcessEnv): Promise<Answer> {
  if (!nameForm.test(helper)) throw failed(JSON.stringify(helper), 'this is no name of a helper');
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const child = spawn(`docker-credential-${helper}`, [action], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: timeLimit,
  });
  const parts: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (bytes: Buffer) => {
    size += bytes.byteLength;
    if (size > maxAnswer) child.kill('SIGKILL');
    else parts.push(bytes);
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  child.on('error', (error) => reject(failed(helper, messageOf(error))));
  child.on('close', (code, signal) =>
    signal
      ? reject(failed(helper, size > maxAnswer ? 'its answer is too long' : 'it did not answer in time'))
      : resolve({ code, text: Buffer.concat(parts).toString() }),
  );
  return promise;
}

function failed(helper: string, why: string): KitwrightError {
  return new KitwrightError('unauthorized', `The credential helper docker-credential-${helper} failed: ${why}.`);
}

function isMissing(text: string): boolean {
  return /credentials not found|no credentials/i.test(text);
}

/** Stores a credential with a helper. */
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
  const { code } = await run(helper, 'store', JSON.stringify({ ServerURL: host, Username, Secret }), env);
  if (code !== 0) throw failed(helper, `it ended with status ${code}`);
}

/** Makes a helper forget a host. */
export async function eraseWithHelper(helper: string, host: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { code, text } = await run(helper, 'erase', host, env);
  if (code !== 0 && !isMissing(text)) throw failed(helper, `it ended with status ${code}`);
}
