import { existsSync, globSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './trackedFiles.ts';

/** A package that a user of `kitwright` gets. */
export interface PublishedPackage {
  readonly name: string;
  /** Where it lies here. */
  readonly folder: string;
  /** One of this project: its folder holds more than what is published. */
  readonly own: boolean;
  readonly manifest: Manifest;
}

export interface Manifest {
  readonly name: string;
  readonly files?: readonly string[];
  readonly repository?: { readonly url: string; readonly directory: string };
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** `kitwright` and all that it needs, directly or not: its own packages and those of others, as installed here. */
export function publishedPackages(): readonly PublishedPackage[] {
  const own = new Map(ownPackages().map((each) => [each.name, each]));
  const found = new Map<string, PublishedPackage>();
  const add = (name: string, optional: boolean): void => {
    if (found.has(name)) return;
    const each = own.get(name) ?? installedPackage(name, optional);
    if (!each) return;
    found.set(name, each);
    for (const next of Object.keys(each.manifest.dependencies ?? {})) add(next, false);
    for (const next of Object.keys(each.manifest.optionalDependencies ?? {})) add(next, true);
  };
  add('kitwright', false);
  return [...found.values()];
}

/** All packages of this project that may be published. */
export function ownPackages(): readonly PublishedPackage[] {
  return globSync(['core/*/package.json', 'plugins/*/package.json'], { cwd: projectRoot }).map((path) =>
    packageIn(join(projectRoot, path, '..'), true),
  );
}

function packageIn(folder: string, own: boolean): PublishedPackage {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  return { name: manifest.name, folder, own, manifest };
}

/** An optional one may be for other machines only. */
function installedPackage(name: string, optional: boolean): PublishedPackage | undefined {
  const folder = join(projectRoot, 'node_modules', name);
  return optional && !existsSync(folder) ? undefined : packageIn(realpathSync(folder), false);
}
