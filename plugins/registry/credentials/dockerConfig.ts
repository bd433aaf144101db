import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeText, homeFolder, KitwrightError, messageOf } from '@kitwright/core/plugin';
import type { RegistryOptions } from '../RegistryOptions.ts';

/** A file in the form of Docker's config.json. */
export interface DockerConfig {
  readonly path: string;
  readonly auths: Readonly<Record<string, unknown>>;
  readonly credsStore: string | undefined;
  readonly credHelpers: Readonly<Record<string, unknown>>;
  /** All fields of the file, which are written back. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** A name and a password, or a refresh token for the token service. */
export type Credential =
  | { readonly username: string; readonly password: string }
  | { readonly refreshToken: string }
  | { readonly registryToken: string };

export function credentialsFile(home: string): string {
  return join(home, 'credentials.json');
}

/** Files that may hold credentials; the first one that has the registry is used. */
export function configPaths({ home, env }: RegistryOptions): readonly string[] {
  const user = homeFolder(env);
  const below = (folder: string) => user && join(user, folder);
  const file = (folder: string | undefined, ...names: readonly string[]) => (folder ? [join(folder, ...names)] : []);
  return [
    credentialsFile(home),
    ...file(env['REGISTRY_AUTH_FILE']),
    ...file(env['XDG_RUNTIME_DIR'], 'containers', 'auth.json'),
    ...file(env['XDG_CONFIG_HOME'] || below('.config'), 'containers', 'auth.json'),
    ...file(env['DOCKER_CONFIG'] || below('.docker'), 'config.json'),
  ];
}

/**
 * Reads a config; undefined if there is none. Throws `unauthorized` for invalid JSON, because guessing would be worse.
 */
export function readDockerConfig(path: string): DockerConfig | undefined {
  if (!existsSync(path)) return undefined;
  let raw: unknown;
  try {
    raw = JSON.parse(decodeText(readFileSync(path), path, 'unauthorized'));
  } catch (error) {
    if (error instanceof KitwrightError) throw error;
    // The text may be secret, so the parser's message, which quotes it, is not shown.
    const why = error instanceof SyntaxError ? 'it is not JSON' : messageOf(error);
    throw new KitwrightError('unauthorized', `Cannot read the credentials in ${path}: ${why}.`, {
      hint: 'Correct or remove the file.',
    });
  }
  const json = isObject(raw) ? raw : {};
  const { auths, credHelpers, credsStore } = json;
  return {
    path,
    raw: json,
    auths: isObject(auths) ? auths : {},
    credHelpers: isObject(credHelpers) ? credHelpers : {},
    credsStore: typeof credsStore === 'string' && credsStore ? credsStore : undefined,
  };
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One entry of `auths`. A password may hold colons. */
export function credentialOf(entry: unknown): Credential | undefined {
  if (!isObject(entry)) return undefined;
  const { auth, username, password, identitytoken, registrytoken } = entry;
  if (text(identitytoken)) return { refreshToken: trimmed(String(identitytoken)) };
  if (text(registrytoken)) return { registryToken: trimmed(String(registrytoken)) };
  if (text(username)) return { username: String(username), password: trimmed(text(password) ?? '') };
  const decoded = Buffer.from(text(auth) ?? '', 'base64').toString();
  const colon = decoded.indexOf(':');
  return colon > 0 ? { username: decoded.slice(0, colon), password: trimmed(decoded.slice(colon + 1)) } : undefined;
}

const padding: ReadonlySet<string> = new Set(['\0', '\r', '\n']);

/** Removes NUL and line ends around a secret: old helpers pad with NUL, `echo` adds line ends. */
export function trimmed(secret: string): string {
  let [start, end] = [0, secret.length];
  while (start < end && padding.has(secret.charAt(start))) start++;
  while (end > start && padding.has(secret.charAt(end - 1))) end--;
  return secret.slice(start, end);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The entry for a repository: that of the longest parent path, else that of the host. */
export function findAuth({ auths }: DockerConfig, host: string, repository: string): Credential | undefined {
  const names = aliases(host);
  const holds = ([name, path]: readonly [string, string]) =>
    names.includes(name) && (path === '' || `${repository}/`.startsWith(`${path}/`));
  const keys = Object.keys(auths)
    .filter((key) => holds(splitKey(key)))
    .sort((a, b) => splitKey(b)[1].length - splitKey(a)[1].length);
  for (const key of keys) {
    const credential = credentialOf(auths[key]);
    if (credential) return credential;
  }
  return undefined;
}

/** Keys of a host's entry, with the old one of Docker Hub. */
function aliases(host: string): readonly string[] {
  return host === 'docker.io' || host === 'registry-1.docker.io'
    ? ['docker.io', 'index.docker.io', 'registry-1.docker.io']
    : [host];
}

/** `https://index.docker.io/v1/` -> `index.docker.io`, ``; `host/team` -> `host`, `team`. */
function splitKey(key: string): readonly [host: string, path: string] {
  const [host = '', ...path] = key
    .replace(/^https?:\/\//, '')
    .replace(/(?<!\/)\/+$/, '')
    .split('/');
  return [host, /^v[12]$/.test(path.join('/')) ? '' : path.join('/')];
}

/** The helper program that a config names for a host. */
export function helperFor({ credHelpers, credsStore }: DockerConfig, host: string): string | undefined {
  const names = aliases(host);
  const own = Object.entries(credHelpers).find(([key, value]) => {
    const [name, path] = splitKey(key);
    return names.includes(name) && path === '' && typeof value === 'string';
  });
  return (own?.[1] as string | undefined) ?? credsStore;
}

/** The name of a host for helpers: for Docker Hub a URL, as Docker and oras store it. */
export function helperKey(host: string): string {
  return aliases(host).length > 1 ? 'https://index.docker.io/v1/' : host;
}
