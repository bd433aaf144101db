import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { version } from '../../core/engine/version.ts';
import { type Artifact, artifactOf, checksums } from './Artifact.ts';
import { buildExecutable } from './executable/buildExecutable.ts';
import { executableName, type Platform, platformOf } from './executable/platformOf.ts';
import { formula } from './formula.ts';
import { installPacked, packPackages } from './packPackages.ts';
import { sbom } from './sbom.ts';
import { git, type SigningOptions, signChecksums } from './signChecksums.ts';
import { wingetManifests } from './winget.ts';

export interface ReleaseOptions {
  /** Made; it must be empty. */
  readonly folder: string;
  /** Executables that were made, and signed, on their own platforms; without them that of this machine is made. */
  readonly executables: readonly string[];
  /** Undefined = the checksums are not signed. */
  readonly signing?: SigningOptions | undefined;
}

/** Makes all files of a release in one folder; publishes nothing. */
export async function makeRelease({ folder, executables, signing }: ReleaseOptions): Promise<void> {
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length) throw new Error(`${folder} is not empty.`);
  const scratch = mkdtempSync(join(tmpdir(), 'kitwright-release-'));
  try {
    const date = new Date(Number(git('log', '-1', '--format=%ct')) * 1000);
    const tarballs = packPackages(folder);
    const programs = executables.length ? executables : [executableHere(folder, scratch)];
    const downloads = programs.map((program) => downloadOf(program, folder, scratch, date));
    const made = [...tarballs, ...downloads].map((name) => artifactOf(join(folder, name)));
    const list = `kitwright-${version}.cdx.json`;
    writeFileSync(join(folder, list), sbom({ version, artifacts: made, date }));
    writePackageManagers(folder, made);
    const sums = checksums([...made, artifactOf(join(folder, list))]);
    writeFileSync(join(folder, 'SHA256SUMS'), sums);
    if (signing) writeFileSync(join(folder, 'SHA256SUMS.sigstore.json'), await signChecksums(sums, signing));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function executableHere(tarballs: string, scratch: string): string {
  const output = join(scratch, 'made');
  const installed = join(scratch, 'installed');
  installPacked(tarballs, installed, join(scratch, 'others'));
  buildExecutable({ installed, node: process.execPath, output, scratch });
  return output;
}

/** What is downloaded: on Windows the program, elsewhere an archive, which keeps its mode. Gives the name. */
function downloadOf(program: string, folder: string, scratch: string, date: Date): string {
  const platform = platformOf(program);
  const name = executableName(platform);
  if (isWindows(platform)) {
    copyFileSync(program, join(folder, name));
    return name;
  }
  const place = join(scratch, platform);
  mkdirSync(place);
  copyFileSync(program, join(place, 'kitwright'));
  chmodSync(join(place, 'kitwright'), 0o755);
  archive(place, join(folder, `${name}.tar.gz`), date);
  return `${name}.tar.gz`;
}

function isWindows(platform: Platform): boolean {
  return platform.startsWith('win');
}

/** The same bytes each time (GNU tar; gzip without a name and a time). */
function archive(folder: string, output: string, date: Date): void {
  const flags = ['--format=ustar', '--owner=0', '--group=0', '--numeric-owner', `--mtime=@${date.getTime() / 1000}`];
  const tar = output.replace(/\.gz$/, '');
  execFileSync('tar', ['-cf', tar, ...flags, '-C', folder, 'kitwright']);
  execFileSync('gzip', ['-n', '-9', tar]);
}

/** For Homebrew and winget, where there is a program for them. */
function writePackageManagers(folder: string, made: readonly Artifact[]): void {
  if (made.some(({ name }) => /^kitwright-(?:linux|darwin)-/.test(name)))
    writeFileSync(join(folder, 'kitwright.rb'), formula(version, made));
  if (!made.some(({ name }) => name.startsWith('kitwright-win-'))) return;
  for (const [name, text] of Object.entries(wingetManifests(version, made))) writeFileSync(join(folder, name), text);
}
