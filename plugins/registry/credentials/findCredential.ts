import { chmodSync, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { atomicWrite, makeDirectories, systemError } from '@kitwright/core/plugin';
import type { RegistryOptions } from '../RegistryOptions.ts';
import { askHelper, eraseWithHelper, storeWithHelper } from './askHelper.ts';
import {
  type Credential,
  configPaths,
  credentialsFile,
  type DockerConfig,
  findAuth,
  helperFor,
  readDockerConfig,
} from './dockerConfig.ts';

/**
 * Finds the credential for a repository: own file, Docker's and Podman's files, their helpers. If one of them fails,
 * the next one is tried; only if none has it, the first failure is thrown (`unauthorized`). A helper may take `limit`
 * ms.
 */
export async function findCredential(
  host: string,
  repository: string,
  options: RegistryOptions,
  limit?: number,
): Promise<Credential | undefined> {
  const failures: unknown[] = [];
  for (const path of configPaths(options)) {
    try {
      const found = await findIn(path, host, repository, options, limit);
      if (found) return found;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length) throw failures[0];
  return undefined;
}

/** The helper that a file names takes precedence over the entries of the file, unless it fails. */
async function findIn(
  path: string,
  host: string,
  repository: string,
  { env }: RegistryOptions,
  limit: number | undefined,
): Promise<Credential | undefined> {
  const config = readDockerConfig(path);
  if (!config) return undefined;
  const stored = findAuth(config, host, repository);
  const helper = helperFor(config, host);
  if (!helper) return stored;
  try {
    return (await askHelper(helper, host, env, limit)) ?? stored;
  } catch (error) {
    if (stored) return stored;
    throw error;
  }
}

/** Stores a credential in our own file, which is private, or with the helper that it names. */
export async function storeCredential(host: string, credential: Credential, options: RegistryOptions): Promise<void> {
  const config = ownConfig(options);
  const helper = helperFor(config, host);
  if (helper) return storeWithHelper(helper, host, credential, options.env);
  write(config.path, { ...config.raw, auths: { ...config.auths, [host]: entryOf(credential) } });
}

function ownConfig({ home }: RegistryOptions): DockerConfig {
  const path = credentialsFile(home);
  return readDockerConfig(path) ?? { path, raw: {}, auths: {}, credHelpers: {}, credsStore: undefined };
}

function write(path: string, json: unknown): void {
  const before = process.umask(0o077);
  try {
    makeDirectories(dirname(path));
    // The file that is written takes over the mode of the one that it replaces, which others may have made.
    if (existsSync(path)) chmodSync(path, 0o600);
    atomicWrite(path, `${JSON.stringify(json, undefined, 2)}\n`);
  } catch (error) {
    throw systemError(error, 'store-failed', 'write', path);
  } finally {
    process.umask(before);
  }
}

function entryOf(credential: Credential): unknown {
  if ('username' in credential) return { auth: base64(`${credential.username}:${credential.password}`) };
  return 'refreshToken' in credential
    ? { identitytoken: credential.refreshToken }
    : { registrytoken: credential.registryToken };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Deletes a credential; false if our file had none. */
export async function eraseCredential(host: string, options: RegistryOptions): Promise<boolean> {
  const config = ownConfig(options);
  const helper = helperFor(config, host);
  if (helper) {
    await eraseWithHelper(helper, host, options.env);
    return true;
  }
  if (!(host in config.auths)) return false;
  const { [host]: _, ...auths } = config.auths;
  write(config.path, { ...config.raw, auths });
  return true;
}

/** Hosts for which some file or helper has credentials; never the credentials. */
export function credentialHosts(options: RegistryOptions): readonly string[] {
  const configs = configPaths(options).flatMap((path) => readDockerConfig(path) ?? []);
  return [
    ...new Set(configs.flatMap(({ auths, credHelpers }) => [...Object.keys(auths), ...Object.keys(credHelpers)])),
  ].sort();
}
