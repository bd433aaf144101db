import { dirname, resolve } from 'node:path';
import { requireOwnRoot } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { findTypedPlugins } from '../loading/findTypedPlugins.ts';
import { findPlugins, loadPlugins } from '../loading/loadPlugins.ts';
import { isTyped } from '../loading/placeError.ts';
import { refuseTwins } from '../loading/refuseTwins.ts';
import { isFrozen } from '../loading/requireLocked.ts';
import type { Project, Session } from '../Session.ts';
import { ownerOf, requireOwner } from '../trust/requireOwner.ts';
import { isTrusted, requireTrust } from '../trust/requireTrust.ts';
import { trustRoot } from '../trust/trustRoot.ts';
import type { ConfigFile } from './ConfigFile.ts';
import { checkConfig, checkUserConfig } from './checkConfig.ts';
import type { FoundConfig, FoundUserConfig } from './FoundConfig.ts';
import { findConfig } from './findConfig.ts';
import { namedCode } from './namedCode.ts';
import { projectDirectory, writesLock } from './projectDirectory.ts';
import { isProgram, readConfigFile } from './readConfigFile.ts';
import type { CheckedConfig, CheckedUserConfig } from './schema.ts';
import { userConfig } from './userConfig.ts';

/**
 * The user's own config, that of the project for commands that build, and the plugins of both. Throws
 * `config-invalid`, `config-untrusted`, `plugin-invalid`, `store-untrusted`.
 */
export async function loadProject(command: Command, session: Session): Promise<Omit<Project, 'given'>> {
  const user = await readUserConfig(session);
  const directory = projectDirectory(command);
  const file = directory === undefined ? undefined : findConfig(directory, session.env);
  const found = file && (await readProjectConfig(session, file));
  if (writesLock(command)) return { user, found, plugins: [] };
  const frozen = isFrozen(session);
  const typed = findTypedPlugins(session.options.plugins, trustRoot(session), frozen);
  const plugins = await loadPlugins([...findPlugins(user, frozen), ...findPlugins(found, frozen), ...typed]);
  return { user, found, plugins };
}

/**
 * The config of the project in the current directory, for a command that needs it only now. Undefined if the user has
 * not trusted it before: then it neither asks nor parses the file.
 */
export async function trustedProject(session: Session): Promise<Omit<Project, 'given'> | undefined> {
  const file = findConfig('.', session.env);
  if (!file || !isTrusted(session, file)) return undefined;
  const found = await readProjectConfig(session, file);
  const { user, plugins } = session.project;
  const own = await loadPlugins(findPlugins(found, isFrozen(session)));
  const named = plugins.filter(({ at }) => !isTyped(at));
  const typed = plugins.filter(({ at }) => isTyped(at));
  return { user, found, plugins: refuseTwins([...named, ...own, ...typed]) };
}

/** A user without a home directory has none. */
async function readUserConfig(session: Session): Promise<FoundUserConfig | undefined> {
  const root = trustRoot(session);
  if (root !== undefined) requireOwnRoot(root, session.env);
  const file = root === undefined ? undefined : userConfig(root);
  if (!file) return undefined;
  requireOwner(session, file, [file.owner]);
  const config = await checkUserConfig(await readConfigFile(file), file.path);
  return { ...file, config: withPlaces(config, dirname(file.path)) };
}

/** Who made the current directory does not decide which authorities its user trusts. */
function withPlaces(config: CheckedUserConfig, folder: string): CheckedUserConfig {
  const { tlsCert } = config;
  return tlsCert ? { ...config, tlsCert: tlsCert.map((path) => resolve(folder, path)) } : config;
}

/** Trust is checked first, because reading a program runs it and loading plugins runs them. */
async function readProjectConfig(session: Session, file: ConfigFile): Promise<FoundConfig> {
  const { path, owner } = file;
  requireOwner(session, file, [owner, ownerOf(dirname(path))]);
  if (isProgram(path)) await requireTrust(session, file, 'is a program');
  const config = await checkConfig(await readConfigFile(file), path);
  const code = isProgram(path) ? undefined : namedCode(config, path);
  if (code !== undefined) await requireTrust(session, file, code);
  if (isTrusted(session, file)) return { ...file, config, within: undefined };
  return { ...file, config: withoutPowers(session, path, config), within: file.folder };
}

/**
 * Who wrote a config that is not trusted does not decide whether secrets are seen that are packed, what provenance tells
 * of the environment, which programs (`verify`, for keys in services) say who signed a kit, and which tags move where the
 * user pushes to.
 */
function withoutPowers(session: Session, path: string, config: CheckedConfig): CheckedConfig {
  const { logLevel, attestEnv, verify, tagTemplate, ...rest } = config;
  const level = logLevel === 'error' ? {} : { logLevel };
  const powers = { logLevel: 'logLevel' in level ? undefined : logLevel, attestEnv, verify, tagTemplate };
  const ignored = Object.entries(powers).flatMap(([key, value]) => (value === undefined ? [] : [`"${key}"`]));
  if (ignored.length)
    session.warn(`${path} is not trusted: ${ignored.join(' and ')} ${ignored.length > 1 ? 'are' : 'is'} not followed.`);
  return { ...rest, ...level };
}
