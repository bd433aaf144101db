import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Enums, Models, Serialize, SPDX, Spec } from '@cyclonedx/cyclonedx-library';
import { ownPackages, type PublishedPackage, publishedPackages } from '../../test/support/publishedPackages.ts';
import { projectRoot } from '../../test/support/trackedFiles.ts';
import type { Artifact } from './Artifact.ts';
import { tarballName } from './packPackages.ts';

export interface SbomOptions {
  readonly version: string;
  /** Tarballs of packages, and executables. */
  readonly artifacts: readonly Artifact[];
  /** When the commit was made. */
  readonly date: Date;
}

/**
 * The bill of materials of a release, as CycloneDX 1.6: each package that we publish with what is bundled in it, what npm
 * installs beside it, and each executable with its Node. The same commit gives the same bytes.
 */
export function sbom({ version, artifacts, date }: SbomOptions): string {
  const own = ownPackages();
  const components = new Map(
    [...own, ...publishedPackages().filter((each) => !each.own)].map((each) => [
      each.manifest.name,
      each.own ? ownComponent(each, artifacts) : foreignComponent(each.manifest.name),
    ]),
  );
  for (const { manifest } of own)
    for (const name of [
      ...Object.keys(manifest.dependencies ?? {}),
      ...Object.keys(manifest.optionalDependencies ?? {}),
    ])
      link(components.get(manifest.name), components.get(name));
  const main = components.get('kitwright');
  const node = nodeComponent();
  const executables = artifacts.filter(({ name }) => isExecutable(name)).map(executableComponent);
  for (const each of executables) for (const part of [main, node]) link(each, part);
  const bom = new Models.Bom({
    serialNumber: serialOf(artifacts),
    metadata: new Models.Metadata({ timestamp: date, component: releaseComponent(version, [...executables, main]) }),
    components: new Models.ComponentRepository([...components.values(), node, ...executables]),
  });
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return `${new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function isExecutable(name: string): boolean {
  return /^kitwright-(?:linux|darwin|win)-/.test(name);
}

function link(from: Models.Component | undefined, to: Models.Component | undefined): void {
  if (from && to) from.dependencies.add(to.bomRef);
}

/** What all of it belongs to. */
function releaseComponent(version: string, parts: readonly (Models.Component | undefined)[]): Models.Component {
  const release = component(Enums.ComponentType.Application, 'Kitwright', version, { bomRef: `release-${version}` });
  for (const part of parts) link(release, part);
  return release;
}

function ownComponent({ manifest }: PublishedPackage, artifacts: readonly Artifact[]): Models.Component {
  const { name, version } = manifest;
  const purl = purlOf(name, version);
  const tarball = artifacts.find((artifact) => artifact.name === tarballName(manifest));
  const type = name === 'kitwright' ? Enums.ComponentType.Application : Enums.ComponentType.Library;
  return component(type, name, version, {
    bomRef: purl,
    purl,
    license: 'Apache-2.0',
    hashes: tarball ? [[Enums.HashAlgorithm['SHA-256'], tarball.sha256]] : [],
    parts: bundledIn(name).map((each) => foreignComponent(each, name)),
  });
}

/** What the build put into the files of a package. */
function bundledIn(name: string): readonly string[] {
  const all = JSON.parse(readFileSync(join(projectRoot, '.cache', 'bundled.json'), 'utf8')) as Record<string, string[]>;
  return all[name] ?? [];
}

/** A package of somebody else; bundled ones are there once for each package that holds them. */
function foreignComponent(name: string, holder?: string): Models.Component {
  const { version, license } = installedManifest(name);
  const purl = purlOf(name, version);
  return component(Enums.ComponentType.Library, name, version, {
    bomRef: holder ? `${holder}|${purl}` : purl,
    purl,
    license,
    hashes: lockedHashes(name),
  });
}

function installedManifest(name: string): { readonly version: string; readonly license?: string } {
  return JSON.parse(readFileSync(join(projectRoot, 'node_modules', name, 'package.json'), 'utf8'));
}

/** Of the tarball, as the lock file has it (Subresource Integrity). */
function lockedHashes(name: string): readonly Models.Hash[] {
  const { packages } = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as Lock;
  const base64 = /^sha512-(.+)$/.exec(packages[`node_modules/${name}`]?.integrity ?? '')?.[1];
  return base64 ? [[Enums.HashAlgorithm['SHA-512'], Buffer.from(base64, 'base64').toString('hex')]] : [];
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly integrity?: string }>>;
}

function nodeComponent(): Models.Component {
  const version = process.versions.node;
  const purl = `pkg:github/nodejs/node@v${version}`;
  return component(Enums.ComponentType.Platform, 'node', version, { bomRef: purl, purl, license: 'MIT' });
}

function executableComponent({ name, sha256 }: Artifact): Models.Component {
  return component(Enums.ComponentType.File, name, undefined, {
    bomRef: name,
    hashes: [[Enums.HashAlgorithm['SHA-256'], sha256]],
  });
}

/** Source: package-url, "npm". */
function purlOf(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

interface ComponentOptions {
  readonly bomRef: string;
  readonly purl?: string;
  readonly license?: string | undefined;
  readonly hashes?: readonly Models.Hash[];
  readonly parts?: readonly Models.Component[];
}

function component(
  type: Enums.ComponentType,
  name: string,
  version: string | undefined,
  { bomRef, purl, license, hashes = [], parts = [] }: ComponentOptions,
): Models.Component {
  return new Models.Component(type, name, {
    bomRef,
    ...(version === undefined ? {} : { version }),
    ...(purl === undefined ? {} : { purl }),
    licenses: new Models.LicenseRepository(license === undefined ? [] : [licenseOf(license)]),
    hashes: new Models.HashDictionary(hashes),
    components: new Models.ComponentRepository(parts),
  });
}

function licenseOf(text: string): Models.SpdxLicense | Models.LicenseExpression {
  return SPDX.isSupportedSpdxId(text) ? new Models.SpdxLicense(text) : new Models.LicenseExpression(text);
}

/** A UUID of version 8 (RFC 9562) out of what is in the release. */
function serialOf(artifacts: readonly Artifact[]): string {
  const hex = createHash('sha256').update(JSON.stringify(artifacts)).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join('-')}`;
}
