import { lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openConfig } from '../config/openConfig.ts';
import { plugAndPlayProjects } from './plugAndPlay.ts';

/**
 * The id of the user who owns the running package, if it is installed in the project of this directory: then the user
 * has run code of the project already. Otherwise undefined. The real path of the running file decides, because links in
 * another user's directory may point to any installation.
 */
export function installationOwner(folder: string): number | undefined {
  const project = realpathSync(folder);
  if (plugAndPlayProjects().includes(project)) return statSync(project).uid;
  const running = runningPackage();
  if (running === undefined) return undefined;
  const trusted = provides(project, running) || parents(project).some((root) => isMember(root, project, running));
  return trusted ? statSync(running).uid : undefined;
}

function runningPackage(): string | undefined {
  try {
    return realpathSync(dirname(fileURLToPath(import.meta.resolve('kitwright/package.json'))));
  } catch {
    // A program in a single file is not installed anywhere.
    return undefined;
  }
}

/** Does it run from the `node_modules` of this project, or is it a package of the project that is linked there? */
function provides(project: string, running: string): boolean {
  const modules = join(project, 'node_modules');
  return isBelow(modules, running) || (isBelow(project, running) && linkLeadsTo(join(modules, 'kitwright'), running));
}

/**
 * A package in a workspace: the root of the workspace has the running package installed, and links to the member, or
 * pnpm listed it there.
 */
function isMember(root: string, project: string, running: string): boolean {
  if (!provides(root, running)) return false;
  const name = packageName(project);
  return (name !== undefined && linkLeadsTo(join(root, 'node_modules', name), project)) || isListed(root, project);
}

/** What `pnpm install` (from version 9.15 on) writes beside what it installs: the absolute paths of all members. */
function isListed(root: string, project: string): boolean {
  return ['.pnpm-workspace-state-v1.json', '.pnpm-workspace-state.json'].some((name) => {
    const { projects } = jsonAt(join(root, 'node_modules', name)) as { readonly projects?: unknown };
    return typeof projects === 'object' && projects !== null && Object.keys(projects).includes(project);
  });
}

/** Only a plain name: `../x` would match any package from any root. */
function packageName(project: string): string | undefined {
  const { name } = jsonAt(join(project, 'package.json')) as { readonly name?: unknown };
  return typeof name === 'string' && /^(?:@[\w-][\w.-]*\/)?[\w-][\w.-]*$/.test(name) ? name : undefined;
}

/** The object in a file; an empty one if there is none. */
function jsonAt(path: string): object {
  try {
    const value: unknown = JSON.parse(openConfig(path, 'refuse-links').bytes.toString());
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function linkLeadsTo(link: string, target: string): boolean {
  const isLink = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  try {
    return isLink && realpathSync(link) === target;
  } catch {
    return false;
  }
}

function isBelow(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function parents(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [] : [parent, ...parents(parent)];
}
