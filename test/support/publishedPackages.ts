import { existsSync, globSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './trackedFiles.ts';

/** A package that a user of `kitwright` gets. */
export interface PublishedPackage {
  readonly name: string;
  /** Its folder on this machine. */
  readonly folder: string;
  /** Is it a package of this project? Then its folder holds more than the published files. */
  readonly own: boolean;
  readonly manifest: Manifest;
}

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly files?: readonly string[];
  readonly repository?: { readonly url: string; readonly directory: string };
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** `kitwright` and all its direct and indirect dependencies, as they are installed here. */
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

/** An optional package may be only for other platforms. */
function installedPackage(name: string, optional: boolean): PublishedPackage | undefined {
  const folder = join(projectRoot, 'node_modules', name);
  return optional && !existsSync(folder) ? undefined : packageIn(realpathSync(folder), false);
}
