import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Manifest, ownPackages, publishedPackages } from '../../test/support/publishedPackages.ts';

/** Packs each package that we publish into `NAME-VERSION.tgz` of a folder; gives the names of the files. */
export function packPackages(folder: string): readonly string[] {
  mkdirSync(folder, { recursive: true });
  packFolders(
    folder,
    ownPackages().map((each) => each.folder),
  );
  return readdirSync(folder)
    .filter((name) => name.endsWith('.tgz'))
    .sort();
}

/**
 * Fills `node_modules` of a folder as `npm install kitwright` does, but for what is optional: out of these tarballs, and
 * with the third-party packages that are installed here.
 */
export function installPacked(tarballs: string, folder: string, scratch: string): void {
  const packages = neededPackages();
  packFolders(
    scratch,
    packages.filter(({ own }) => !own).map((each) => each.folder),
  );
  for (const { name, own, manifest } of packages) {
    const target = join(folder, 'node_modules', ...name.split('/'));
    mkdirSync(target, { recursive: true });
    const tarball = join(own ? tarballs : scratch, tarballName(manifest));
    execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
  }
}

/** Packs all that `npm install kitwright` needs but for what is optional, so that it can be installed without a registry. */
export function packNeeded(folder: string): void {
  packFolders(
    folder,
    neededPackages().map((each) => each.folder),
  );
}

function neededPackages() {
  return publishedPackages().filter(({ name }) => !name.startsWith('@napi-rs/'));
}

/** As npm names it. */
export function tarballName({ name, version }: Manifest): string {
  return `${name.replace(/^@/, '').replaceAll('/', '-')}-${version}.tgz`;
}

/** Packs the packages in these folders, as they are. */
export function packFolders(folder: string, packages: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder, ...packages], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}
