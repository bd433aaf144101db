import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tryLock } from '../../core/engine/store/withLock.ts';
import { type PublishedPackage, publishedPackages } from './publishedPackages.ts';
import { projectRoot } from './trackedFiles.ts';

const cache = join(projectRoot, '.cache', 'installed');

/**
 * The command as a user gets it: the files that would be published are packed and installed in a separate folder, once
 * for each build, by the first test that needs it. No registry is used: other packages are packed from `node_modules`.
 */
export async function installedCli(): Promise<string> {
  // All tests of one run have the same.
  const { INSTALLED_CLI: known } = process.env;
  if (known) return known;
  const packages = publishedPackages();
  const folder = join(cache, fingerprintOf(packages));
  const cli = join(folder, 'node_modules', 'kitwright', 'bin', 'kitwright.js');
  mkdirSync(cache, { recursive: true });
  while (!existsSync(cli)) {
    using lock = tryLock(join(cache, 'lock'), cache);
    if (!lock) await delay(50);
    else if (!existsSync(cli)) install(packages, folder);
  }
  return cli;
}

/** These bytes decide whether to install again. */
function fingerprintOf(packages: readonly PublishedPackage[]): string {
  const hash = createHash('sha256');
  const add = (name: string, bytes: Uint8Array) => hash.update(`${name} ${bytes.byteLength}\n`).update(bytes);
  add('package-lock.json', readFileSync(join(projectRoot, 'package-lock.json')));
  for (const { name, folder, manifest } of packages.filter(({ own }) => own)) {
    const files = publishedFiles(folder, manifest.files ?? []);
    if (!files.some((file) => file.startsWith('dist'))) throw new Error(`${name} is not built: run "npm run build".`);
    for (const file of files) add(`${name}/${file}`, readFileSync(join(folder, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

function publishedFiles(folder: string, patterns: readonly string[]): readonly string[] {
  const names = patterns.filter((pattern) => !pattern.startsWith('!')).map((pattern) => `${pattern}{,/**}`);
  return globSync(['package.json', ...names], { cwd: folder, exclude: ['**/*.tsbuildinfo'] })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();
}

/** Installs into another folder and renames it: a folder with its final name is complete. Removes older ones. */
function install(packages: readonly PublishedPackage[], folder: string): void {
  for (const entry of readdirSync(cache, { withFileTypes: true }))
    if (entry.isDirectory()) rmSync(join(cache, entry.name), { recursive: true });
  const work = `${folder}.new`;
  const tarballs = join(work, 'tarballs');
  mkdirSync(tarballs, { recursive: true });
  npm(work, 'pack', '--pack-destination', tarballs, ...packages.map((each) => each.folder));
  writeFileSync(join(work, 'package.json'), '{ "private": true }');
  npm(work, 'install', '--offline', ...readdirSync(tarballs).map((name) => join(tarballs, name)));
  renameSync(work, folder);
}

function npm(cwd: string, ...args: readonly string[]): void {
  const flags = ['--silent', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'];
  execFileSync('npm', [...args, ...flags], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}
