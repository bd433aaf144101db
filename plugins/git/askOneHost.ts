import { type GitOptions, runGit } from './runGit.ts';
import { withSettings } from './withSettings.ts';

/** What git cannot read as the address of a proxy, so that it ends there and shows it, whatever `NO_PROXY` says. */
const noProxy = '://the server names another address for a part of the repository, which is refused';

/**
 * Options with which `git fetch origin` asks over HTTP for what its server sends alone. A server may name other addresses
 * for parts of a pack, also unasked (gitprotocol-v2(5), "packfile-uris"), and git gets them past all that is decided about
 * redirects. It knows of no remote while it does, so the proxy of the remote is the only one that it can use.
 */
export async function askOneHost(place: string, options: GitOptions): Promise<GitOptions> {
  const names = (await settings(['--name-only', '--get-regexp', '^http\\.(.+\\.)?proxy$'], options)).split('\n');
  const none = new Set(['http.proxy', ...names.filter(Boolean)]);
  const own = /^https?:/.test(place) ? [['remote.origin.proxy', await proxyFor(place, options)] as const] : [];
  return { ...options, env: withSettings(options.env, [...own, ...[...none].map((name) => [name, noProxy] as const)]) };
}

/** As git looks for it (git-config(1), http.proxy); an empty one is none. */
async function proxyFor(place: string, options: GitOptions): Promise<string> {
  const said =
    (await settings(['--get', 'remote.origin.proxy'], options)) ||
    (await settings(['--get-urlmatch', 'http.proxy', place], options));
  return said.replace(/\n$/, '') || (said ? '' : fromEnvironment(place, options.env));
}

function fromEnvironment(place: string, env: GitOptions['env']): string {
  const own = place.startsWith('https:') ? (env['https_proxy'] ?? env['HTTPS_PROXY']) : env['http_proxy'];
  return own ?? env['all_proxy'] ?? env['ALL_PROXY'] ?? '';
}

/** Empty where there is no such setting. */
function settings(args: readonly string[], options: GitOptions): Promise<string> {
  return runGit(['config', ...args], options).catch((error: unknown) => {
    options.signal.throwIfAborted();
    if (error instanceof Error) return '';
    throw error;
  });
}
