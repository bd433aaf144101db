import { lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openConfig } from '../config/openConfig.ts';
import { plugAndPlayProjects } from './plugAndPlay.ts';

/**
 * The id of the user who owns the running package, if the project in this directory has it installed itself: whoever
 * runs it has run the code of the project already. Undefined elsewhere. Decided by the real path of what runs: links in
 * a directory of a stranger may point to any installation.
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
    // A program of one file is installed nowhere.
    return undefined;
  }
}

/** Does it run out of the `node_modules` of this project, or is it a package of it, linked from there? */
function provides(project: string, running: string): boolean {
  const modules = join(project, 'node_modules');
  return isBelow(modules, running) || (isBelow(project, running) && linkLeadsTo(join(modules, 'kitwright'), running));
}

/** A package in a workspace: its root links to it, and has installed what runs. */
function isMember(root: string, project: string, running: string): boolean {
  if (!provides(root, running)) return false;
  const name = packageName(project);
  return name !== undefined && linkLeadsTo(join(root, 'node_modules', name), project);
}

/** Only a plain name: `../x` would lead from any root to any package. */
function packageName(project: string): string | undefined {
  try {
    const { name } = JSON.parse(openConfig(join(project, 'package.json'), 'refuse-links').bytes.toString()) as Named;
    return typeof name === 'string' && /^(?:@[\w-][\w.-]*\/)?[\w-][\w.-]*$/.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

interface Named {
  readonly name?: unknown;
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
