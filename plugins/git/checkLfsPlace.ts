import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError, type OpenContext, shellWord } from '@kitwright/core/plugin';
import { bringsLogin } from './bringsLogin.ts';
import { hasHeaderForAll } from './hasHeaderForAll.ts';
import { type GitOptions, runGit, withoutCredentials } from './runGit.ts';
import { withinPatience } from './whileGrowing.ts';

/**
 * Refuses large files at a place that the repository itself chose (`lfs.url` in its `.lfsconfig`), unless that is its own
 * host, or one outside, over TLS: git-lfs would ask any, with the user's logins for it. What the user's own settings name
 * is asked as it is. Gives the options with which git-lfs asks that place. Throws `remote-refused`.
 */
export async function checkLfsPlace(location: string, options: GitOptions, context: OpenContext): Promise<GitOptions> {
  await refuseOtherSettings(options);
  if (await isOfUser(options)) return options;
  const { address, ssh } = endpointIn(await withinPatience(options, (watched) => runGit(['lfs', 'env'], watched)));
  const place = URL.parse(address);
  if (bringsLogin(address, location)) throw refused(location, address);
  // git-lfs gives the path to the shell of the user at that host, and does not quote it.
  if (ssh && !/^[\p{L}\p{N}\p{M}_.@:/~+%,=-]*$/u.test(ssh)) throw refused(location, ssh);
  if (place && isOwn(location, place)) return ssh ? options : { ...options, lfsUrl: address };
  // git-lfs also takes a path of this machine, and what is no URL for anybody else.
  if (!place || ssh || place.protocol !== 'https:') throw refused(location, ssh ?? address);
  if (await hasHeaderForAll(options)) throw refused(location, address);
  await checkOutside(location, place, context, options.signal);
  return { ...options, lfsUrl: address, isAnonymous: true };
}

/** The lines of `git lfs env`; a value in them may hold what others than git-lfs take for the end of a line. */
function endpointIn(said: string): { readonly address: string; readonly ssh: string | undefined } {
  const lines = said.split('\n');
  const at = lines.findIndex((line) => line.startsWith('Endpoint='));
  const [, address = ''] = /^Endpoint=([^\s\p{C}]+) /u.exec(lines[at] ?? '') ?? [];
  const [, ssh] = /^ {2}SSH=(.*)/s.exec(lines[at + 1] ?? '') ?? [];
  return { address, ssh };
}

/** git-lfs would follow a link to a pipe, say, or read one as settings that are included, and wait for ever. */
async function refuseOtherSettings(options: GitOptions): Promise<void> {
  const stats = lstatSync(join(options.directory, '.lfsconfig'), { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isFile())
    throw new KitwrightError(
      'remote-refused',
      'The .lfsconfig of the repository is no file, and a link is not followed.',
    );
  const names = await runGit(['config', '--file', '.lfsconfig', '--no-includes', '--name-only', '--list'], options);
  if (/^include(?:if)?\./im.test(names))
    throw new KitwrightError('remote-refused', 'The .lfsconfig of the repository includes other files.');
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

/** Its own host, where neither TLS nor ssh is left; of this machine only the repository itself. */
function isOwn(location: string, place: URL): boolean {
  if (place.protocol === 'file:') return URL.parse(location)?.href === place.href;
  return hostOf(place.href) === hostOf(location) && (location.startsWith('http:') || place.protocol === 'https:');
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
