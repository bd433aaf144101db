import { messageOf } from '../errors/errorData.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { errnoOf } from '../errors/systemError.ts';
import { withDetails } from '../errors/withDetails.ts';
import { connectionError, TransientError } from '../store/retrying.ts';
import { networkFailure } from '../store/retryPolicy.ts';

/** A failure of a hook: an error of Kitwright keeps its code and gets the names of plugin and hook. */
export function hookError(plugin: string, hook: string, error: unknown): KitwrightError {
  if (error instanceof KitwrightError) return withDetails(error, { data: { plugin, hook } });
  return failed(plugin, hook, error);
}

/**
 * What a call into a plugin failed with, under the plugin's name. Errors of Kitwright and of the file system say already
 * what failed; a connection that was cut is a `TransientError`, which may be tried again.
 */
export function callError(plugin: string, what: string, error: unknown): Error {
  if (error instanceof KitwrightError || error instanceof TransientError) return error;
  if (error instanceof Error && (error.name === 'AbortError' || isOfFileSystem(error))) return error;
  const cut = networkFailure(error);
  if (cut) return connectionError(`The connection of the plugin ${plugin} failed in ${what}: ${cut.message}`, cut);
  return failed(plugin, what, error);
}

function failed(plugin: string, what: string, error: unknown): KitwrightError {
  return new KitwrightError('plugin-failed', `The plugin ${plugin} failed in ${what}: ${messageOf(error)}`, {
    data: { plugin, hook: what },
    cause: error,
  });
}

function isOfFileSystem(error: Error): boolean {
  return errnoOf(error) !== undefined && 'path' in error;
}
