import { messageOf } from '../errors/errorData.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { errnoOf, isDiskFull } from '../errors/systemError.ts';
import { withDetails } from '../errors/withDetails.ts';
import { connectionError, TransientError } from '../store/retrying.ts';
import { networkFailure } from '../store/retryPolicy.ts';

/** A failure of a hook: an error of Kitwright keeps its code and gets the names of plugin and hook. */
export function hookError(plugin: string, hook: string, error: unknown): KitwrightError {
  if (isForUser(error)) return withDetails(error, { data: { plugin, hook } });
  return failed(plugin, hook, error, changesFrozen(error) ? { hint: frozenHint } : {});
}

const frozenHint = 'What hooks get is frozen: return a changed copy, such as { ...given, name: value }.';

/** The messages of V8 for a change of a frozen object. */
function changesFrozen(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    /^Cannot (?:add property|assign to read only property|delete property|redefine property)/.test(error.message)
  );
}

/**
 * What a call into a plugin failed with, under the plugin's name. Errors of Kitwright, and a full disk, say already what
 * failed; a connection that was cut is a `TransientError`, which may be tried again.
 */
export function callError(plugin: string, what: string, error: unknown): Error {
  if (isForUser(error) || error instanceof TransientError) return error;
  if (isOfFileSystem(error)) return isDiskFull(error) ? error : failed(plugin, what, error, { hint: fileHint });
  const cut = networkFailure(error);
  if (cut) return connectionError(`The connection of the plugin ${plugin} failed in ${what}: ${cut.message}`, cut);
  return failed(plugin, what, error);
}

const fileHint = 'Check the path and its permissions; else it is for the author of the plugin.';

/** Says what the user can do. That something is a defect of Kitwright is nothing that a plugin can know. */
export function isForUser(error: unknown): error is KitwrightError {
  return error instanceof KitwrightError && error.code !== 'internal-error';
}

function failed(
  plugin: string,
  what: string,
  error: unknown,
  details: { readonly hint?: string } = {},
): KitwrightError {
  return new KitwrightError('plugin-failed', `The plugin ${plugin} failed in ${what}: ${reasonOf(error)}`, {
    data: { plugin, hook: what },
    ...details,
    cause: error,
  });
}

/** `fetch failed` says nothing without its cause (`bad port`). */
function reasonOf(error: unknown): string {
  return isRefusedFetch(error) ? `${messageOf(error)}: ${messageOf(error.cause)}` : messageOf(error);
}

/** A request that `fetch` itself would not send. */
export function isRefusedFetch(error: unknown): error is TypeError {
  return error instanceof TypeError && error.message === 'fetch failed' && error.cause instanceof Error;
}

function isOfFileSystem(error: unknown): error is Error {
  return error instanceof Error && errnoOf(error) !== undefined && 'path' in error;
}
