import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError, type OpenContext, shellWord } from '@kitwright/core/plugin';
import { bringsLogin } from './bringsLogin.ts';
import { hasHeaderForAll } from './hasHeaderForAll.ts';
import { type GitOptions, runGit, withoutCredentials } from './runGit.ts';

/**
 * Refuses large files at a place that the repository itself chose (`lfs.url` in its `.lfsconfig`), unless that is its own
 * host, or one outside, over TLS: git-lfs would ask any, with the user's logins for it. What the user's own settings name
 * is asked as it is. Gives whether that place may have a login. Throws `remote-refused`.
 */
export async function checkLfsPlace(location: string, options: GitOptions, context: OpenContext): Promise<boolean> {
  refuseLinkedSettings(options);
  if (await isOfUser(options)) return true;
  const said = await runGit(['lfs', 'env'], options);
  const [, address = ''] = /^Endpoint=(\S+)/m.exec(said) ?? [];
  const [place, ssh] = [URL.parse(address), /^ {2}SSH=(\S+)/m.exec(said)?.[1]];
  if (bringsLogin(address, location)) throw refused(location, address);
  if (place && isOwn(location, place)) return true;
  // git-lfs also takes a path of this machine, and what is no URL for anybody else.
  if (!place || ssh || place.protocol !== 'https:') throw refused(location, ssh ?? address);
  if (await hasHeaderForAll(options)) throw refused(location, address);
  await checkOutside(location, place, context, options.signal);
  return false;
}

/** git-lfs would follow a link to a pipe, say, and wait for ever. */
function refuseLinkedSettings({ directory }: GitOptions): void {
  if (lstatSync(join(directory, '.lfsconfig'), { throwIfNoEntry: false })?.isFile() ?? true) return;
  throw new KitwrightError(
    'remote-refused',
    'The .lfsconfig of the repository is no file, and a link is not followed.',
  );
}

/** Before `lfs.url` of a repository comes that of the user; other settings of the user come after it. */
async function isOfUser(options: GitOptions): Promise<boolean> {
  return runGit(['config', '--get', 'lfs.url'], options).then(
    (text) => text.trim() !== '',
    () => false,
  );
}

function hostOf(location: string): string | undefined {
  return URL.canParse(location) ? new URL(location).hostname : /^[\w.-]+@([\w.-]+):/.exec(location)?.[1];
}

/** Its own host, where TLS is not left; of this machine only the repository itself. */
function isOwn(location: string, place: URL): boolean {
  if (place.protocol === 'file:') return URL.parse(location)?.href === place.href;
  return hostOf(place.href) === hostOf(location) && (!location.startsWith('https:') || place.protocol === 'https:');
}

/** Asks for nothing but whether the repository's host may lead there. */
async function checkOutside(location: string, place: URL, { fetch, userAgent }: OpenContext, signal: AbortSignal) {
  // A repository on this machine may come from anywhere.
  const referrer = `https://${hostOf(location) || 'repository.invalid'}/`;
  const headers = { 'user-agent': userAgent };
  try {
    const response = await fetch(place.origin, { method: 'HEAD', headers, redirect: 'manual', signal, referrer });
    await response.body?.cancel();
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof KitwrightError ? error : refused(location, place.href, error);
  }
}

function refused(location: string, address: string, cause?: unknown): KitwrightError {
  const [host, place] = [hostOf(location) || 'this machine', withoutCredentials(address)];
  return new KitwrightError(
    'remote-refused',
    `The repository of ${host} keeps large files at ${place}, which is refused.`,
    {
      data: { place },
      cause,
      hint: `If that is right, say so in your own settings: git config --global lfs.url ${shellWord(place)}`,
    },
  );
}
