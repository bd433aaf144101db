import { type ChildProcess, spawn } from 'node:child_process';
import { findProgram, KitwrightError, messageOf, withSafePath } from '@kitwright/core/plugin';

/** The exit status and the output of a helper. */
export interface HelperAnswer {
  readonly code: number | null;
  readonly text: string;
}

export type HelperAction = 'get' | 'store' | 'erase';

const nameForm = /^[A-Za-z0-9._-]+$/;

/** Time limit of a helper in ms, which may have to ask the user. */
export const timeLimit = 30_000;

/**
 * Runs a helper without a shell, for a bounded time (ms) and with a bounded answer (docker-credential-helpers
 * protocol). It never keeps this process alive. Throws `unauthorized`.
 */
export async function runHelper(
  helper: string,
  action: HelperAction,
  input: string,
  env: NodeJS.ProcessEnv,
  limit: number = timeLimit,
): Promise<HelperAnswer> {
  if (!nameForm.test(helper)) throw helperFailure(JSON.stringify(helper), 'this is not a valid helper name');
  const path = findProgram(`docker-credential-${helper}`, env);
  if (path === undefined) throw helperFailure(helper, 'it is not installed');
  const child = spawn(path, [action], { env: withSafePath(env), stdio: ['pipe', 'pipe', 'ignore'] });
  const late = Promise.withResolvers<never>();
  const slow = () => late.reject(helperFailure(helper, `it did not answer within ${limit / 1000} s`, { slow: true }));
  const timer = setTimeout(slow, limit);
  try {
    return await Promise.race([answerOf(child, input), late.promise]);
  } catch (error) {
    throw error instanceof KitwrightError ? error : helperFailure(helper, messageOf(error));
  } finally {
    clearTimeout(timer);
    abandon(child);
  }
}

/** Bytes. */
const maxAnswer = 64 * 1024;

/** The answer is complete when its pipe is closed; one that is too long is an error at once. */
function answerOf(child: ChildProcess, input: string): Promise<HelperAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HelperAnswer>();
  const parts: Buffer[] = [];
  let size = 0;
  child.stdout?.on('data', (bytes: Buffer) => {
    size += bytes.byteLength;
    if (size > maxAnswer) reject(new Error('its answer is too long'));
    else parts.push(bytes);
  });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  child.on('error', reject);
  child.on('close', (code, signal) =>
    signal ? reject(new Error(`it was ended by ${signal}`)) : resolve({ code, text: Buffer.concat(parts).toString() }),
  );
  return promise;
}

/** Children of a helper may keep running and hold its pipes. */
function abandon(child: ChildProcess): void {
  child.kill('SIGKILL');
  for (const pipe of [child.stdin, child.stdout]) pipe?.destroy();
  child.unref();
}

export function helperFailure(
  helper: string,
  why: string,
  data: Readonly<Record<string, unknown>> = {},
): KitwrightError {
  return new KitwrightError('unauthorized', `The credential helper docker-credential-${helper} failed: ${why}.`, {
    data: { helper, ...data },
    hint: 'Repair it, or remove it from the Docker config; "kitwright login" stores its own credentials.',
  });
}
