import { existsSync, mkdtempSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { version } from '@kitwright/core/internal';
import { credentialHosts } from '@kitwright/registry';
import { defaultPlugins } from '../defaultPlugins.ts';
import type { Session } from '../Session.ts';
import type { Check } from './Check.ts';
import { examineFileSystem } from './examineFileSystem.ts';
import { examineIgnoreFile } from './examineIgnoreFile.ts';
import { pluginVersion } from './pluginVersion.ts';

/** Everything that `doctor` reports. Throws what a broken credentials file throws. */
export async function examine(session: Session): Promise<readonly Check[]> {
  const plugins = [
    ...defaultPlugins(session.registryOptions()),
    ...session.project.plugins.map(({ plugin }) => plugin),
  ].map(({ name }) => shownPlugin(session, name));
  return [
    { what: 'Kitwright', state: 'ok', found: version },
    { what: 'Node', state: 'ok', found: `${process.version} on ${process.platform} ${process.arch}` },
    ...examineFileSystem('store', session.stores().root),
    ...examineFileSystem('here', process.cwd()),
    ...examineIgnoreFile(process.cwd()),
    ...examineWatches(),
    examineClock(),
    examineCredentials(session),
    { what: 'plugins', state: 'ok', found: plugins.join(', ') },
  ];
}

/** A plugin with the version of its package: ours are seen from here, those of the user from the config file. */
function shownPlugin({ project }: Session, name: string): string {
  const from = [import.meta.url, ...(project.user ? [project.user.path] : [])];
  const version = from.map((path) => pluginVersion(name, path)).find((found) => found !== undefined);
  return version ? `${name} ${version}` : name;
}

const wantedWatches = 65_536;

function examineWatches(): readonly Check[] {
  const [watches, instances] = [limit('max_user_watches'), limit('max_user_instances')];
  if (watches === undefined) return [];
  const low = watches < wantedWatches;
  return [
    {
      what: 'watch limits',
      state: low ? 'warning' : 'ok',
      found: `${watches} watches, ${instances ?? '?'} instances`,
      ...(low ? { advice: `sudo sysctl fs.inotify.max_user_watches=${wantedWatches * 8}` } : {}),
    },
  ];
}

function limit(name: string): number | undefined {
  const path = `/proc/sys/fs/inotify/${name}`;
  return existsSync(path) ? Number(readFileSync(path, 'utf8')) : undefined;
}

/** Does the file system's clock agree with this process's? Times decide what is read again. */
function examineClock(): Check {
  const before = Date.now();
  // A folder of our own: a file with a name that can be guessed could be a link of somebody else.
  const folder = mkdtempSync(join(tmpdir(), 'kitwright-clock-'));
  const away = Math.abs(statSync(folder).mtimeMs - before);
  rmdirSync(folder);
  const off = away > 2000;
  return {
    what: 'clock',
    state: off ? 'warning' : 'ok',
    found: `files are ${Math.round(away)} ms away`,
    ...(off ? { advice: 'Files and this machine disagree on the time; changed files may be read twice.' } : {}),
  };
}

function examineCredentials(session: Session): Check {
  const hosts = credentialHosts(session.registryOptions());
  return { what: 'credentials', state: 'ok', found: hosts.length ? hosts.join(', ') : 'none' };
}
