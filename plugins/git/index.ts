import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  definePlugin,
  type Importer,
  type ImportFile,
  type ImportRequest,
  type ImportSource,
  makeDirectories,
  type OpenContext,
  type Plugin,
} from '@kitwright/core/plugin';
import { askOneHost } from './askOneHost.ts';
import { checkTree } from './checkTree.ts';
import { followedLocation, isRedirect } from './followedLocation.ts';
import { hostIn, isGitLocation, repositoryIn } from './gitLocation.ts';
import { hasHeaderForAll } from './hasHeaderForAll.ts';
import { pullLargeFiles } from './pullLargeFiles.ts';
import { readStart } from './readStart.ts';
import { refuseElsewhere } from './refuseElsewhere.ts';
import { type GitOptions, runGit, withoutCredentials } from './runGit.ts';
import { checkGrowth, lookAtClone, objectsOf, whileGrowing } from './whileGrowing.ts';
import { withToken } from './withToken.ts';

export interface GitImporterOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Git repositories, with Git LFS, as an importer; git itself does the work. */
export function git(options: GitImporterOptions): Plugin {
  return definePlugin({
    name: '@kitwright/git',
    apiVersion: 1,
    apply({ register }) {
      const importer: Importer = {
        id: 'git',
        matches: isGitLocation,
        repositoryOf: repositoryIn,
        open: (request, context) => open(options, request, context),
      };
      register('importer', importer);
    },
  });
}

async function open(
  { env }: GitImporterOptions,
  { location, revision, token, workspace, signal }: ImportRequest,
  context: OpenContext,
): Promise<ImportSource> {
  const repository = repositoryIn(location);
  refuseElsewhere(location);
  const directory = join(workspace, 'clone');
  rmSync(directory, { recursive: true, force: true });
  makeDirectories(directory, 0o700);
  const asksOnTerminal = !/^(?:https?|git|file):/.test(location);
  const options: GitOptions = { directory, signal, env: withToken(env, location, token), asksOnTerminal };
  const [commit, files] = await listClone(location, revision, options, context).catch((error: unknown) => {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  });
  return {
    repository,
    uri: `git+${withoutCredentials(location)}`,
    host: hostIn(location),
    commit,
    files,
    read: async (path) => readStart(join(directory, path)),
    fetch: async () => directory,
  };
}

async function listClone(location: string, revision: string | undefined, options: GitOptions, context: OpenContext) {
  const place = await fetchCommit(location, revision, options, context);
  const commit = await checkOut(options);
  if (usesLfs(options.directory)) await pullLargeFiles(place, optionsAt(place, location, options), context);
  removeTraces(options.directory);
  return [commit, listFiles(options.directory)] as const;
}

/** Branch, tag or commit, without its history. Gives the location where it was found. */
async function fetchCommit(
  location: string,
  revision: string | undefined,
  options: GitOptions,
  context: OpenContext,
): Promise<string> {
  const fetchFrom = ['fetch', '--quiet', '--depth=1', '--no-tags', '--', 'origin', revision ?? 'HEAD'];
  await runGit(['init', '--quiet'], options);
  await runGit(['remote', 'add', '--', 'origin', location], options);
  const look = () => checkGrowth(objectsOf(options));
  const fetch = async (place: string, of: GitOptions) =>
    whileGrowing(await askOneHost(place, of), look, (watched) => runGit(fetchFrom, watched));
  try {
    await fetch(location, options);
    return location;
  } catch (error) {
    const other = isRedirect(error) ? await followedLocation(location, context, options.signal) : undefined;
    if (other === undefined || (isElsewhere(other, location) && (await hasHeaderForAll(options)))) throw error;
    await runGit(['remote', 'set-url', '--', 'origin', other], options);
    await fetch(other, optionsAt(other, location, options));
    return other;
  }
}

/** Another host than the one that the user has named gets no login. */
function optionsAt(place: string, location: string, options: GitOptions): GitOptions {
  return isElsewhere(place, location) ? { ...options, isAnonymous: true } : options;
}

function isElsewhere(other: string, location: string): boolean {
  return URL.parse(other)?.host !== URL.parse(location)?.host;
}

async function checkOut(options: GitOptions): Promise<string> {
  await checkTree('FETCH_HEAD', options);
  const args = ['checkout', '--quiet', '--force', '--detach', 'FETCH_HEAD'];
  await whileGrowing(options, lookAtClone(options), (watched) => runGit(args, watched));
  return (await runGit(['rev-parse', 'HEAD'], options)).trim();
}

/** A larger file (bytes) is not read as attributes of git, which are a few lines. */
const maxAttributes = 1024 * 1024;

function usesLfs(directory: string): boolean {
  return listTree(directory).some(
    ({ path, isFile, size }) =>
      isFile &&
      size <= maxAttributes &&
      baseOf(path) === '.gitattributes' &&
      /\bfilter=lfs\b/.test(readFileSync(join(directory, path), 'utf8')),
  );
}

interface Entry {
  readonly path: string;
  readonly isFile: boolean;
  /** Bytes. */
  readonly size: number;
}

/** All files below a directory. A link is listed as a link, and never followed. */
function listTree(directory: string, below = ''): readonly Entry[] {
  return readdirSync(join(directory, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (entry.isDirectory()) return listTree(directory, path);
    const { size } = lstatSync(join(directory, path));
    return [{ path, isFile: entry.isFile(), size }];
  });
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const ofGit: ReadonlySet<string> = new Set(['.gitignore', '.gitattributes']);

/** Files of git itself, not of the project. A link of such a name is removed, but not its target. */
function removeTraces(directory: string): void {
  rmSync(join(directory, '.git'), { recursive: true, force: true });
  for (const { path } of listTree(directory)) if (ofGit.has(baseOf(path))) rmSync(join(directory, path));
}

function listFiles(directory: string): readonly ImportFile[] {
  return listTree(directory).flatMap(({ path, isFile, size }) => (isFile ? [{ path, size }] : []));
}
